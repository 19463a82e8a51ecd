"""What is counted: columns as numbers, categories or vectors, by set, bin and window of time; counts add up."""
