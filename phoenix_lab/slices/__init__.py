"""The groups of rows in which a number is worst, described by a few conditions."""
