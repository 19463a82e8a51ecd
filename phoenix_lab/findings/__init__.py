"""What stands out: the answers of the other recipes, corrected together, put together by cause, ranked and said in sentences."""
