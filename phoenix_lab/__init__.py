"""ML observability inside JupyterLab."""
