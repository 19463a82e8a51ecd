"""What runs in the user's kernel."""
