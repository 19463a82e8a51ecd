"""Where recipes run."""
