"""Vectors: nearest neighbours, the map, its clusters and their names, and whether two sets differ."""
