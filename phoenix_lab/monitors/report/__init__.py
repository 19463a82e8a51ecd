"""A comparison as one file that travels: an HTML page that needs nothing else."""
