"""What was found once, watched: a recipe with a limit, over windows of time, without a notebook."""
