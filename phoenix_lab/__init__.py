"""ML observability inside JupyterLab."""

__version__ = "0.1.0"


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "phoenix-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    from phoenix_lab.server.app import PhoenixLab

    return [{"module": "phoenix_lab.server.app", "app": PhoenixLab}]
