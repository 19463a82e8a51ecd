"""ML observability inside JupyterLab."""

__version__ = "0.1.0"
