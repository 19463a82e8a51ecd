"""From a cell to the panel and back: `inspect`, `exports`, and Phoenix's spellings of them."""

from __future__ import annotations

import html
import json
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from phoenix_lab.inferences import convert
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.naming import caller_name
from phoenix_lab.inferences.schema import Schema
from phoenix_lab.kernel import source

MIME = "application/vnd.phoenix-lab.inspect+json"
"""What JupyterLab's half of phoenix_lab listens for."""

_ELSEWHERE = (
    "The panel opens in JupyterLab with phoenix_lab installed: pip install 'phoenix_lab[lab]', then jupyter lab, and run this cell there. "
    "Everywhere else px.run gives the same numbers."
)


class Exports(Mapping[str, Any]):
    """What the panel handed back: `exports["name"]` (the latest of that name) and `exports[-1]`, as the user's own kind of dataframe."""

    def __getitem__(self, key: str | int) -> Any:
        """Return rows by name or by place, oldest first."""
        found = _exported()
        if isinstance(key, int):
            try:
                return found[key][1]
            except IndexError:
                raise IndexError(_none_of(found, f"number {key}")) from None
        for name, rows in reversed(found):
            if name == key:
                return rows
        raise KeyError(_none_of(found, f'"{key}"'))

    def __iter__(self) -> Iterator[str]:
        """Return the names, oldest first."""
        return iter(dict(_exported()))

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(dict(_exported()))

    def __repr__(self) -> str:
        """Return names and numbers of rows."""
        lines = [f"  {name}: {_rows(rows)} ({convert.library_of(rows)})" for name, rows in _exported()]
        return "\n".join(["exports", *lines]) if lines else "exports: nothing yet"


def _exported() -> list[tuple[str, Any]]:
    bridge = sys.modules.get(source.NAME)
    return bridge.exports() if bridge is not None else []


def _none_of(found: list[tuple[str, Any]], key: str) -> str:
    names = ", ".join(dict(found))
    return (
        f"there is no export {key}; there is {names}"
        if names
        else "nothing was exported yet: use the panel's “Export to kernel”"
    )


def _rows(frame: Any) -> str:
    n = convert.n_rows(frame)
    return "rows of a query" if n is None else f"{n:,} rows"


exports = Exports()


class ExportList(list[Any]):
    """The exported rows as Phoenix gives them, oldest first: a list of dataframes; by name, too."""

    def __getitem__(self, key: Any) -> Any:
        """Return rows by place, or by name."""
        return exports[key] if isinstance(key, str) else super().__getitem__(key)


class Session:
    """The sets that were inspected last.

    Parameters
    ----------
    payload
        What the panel is told.
    """

    def __init__(self, payload: dict[str, Any]) -> None:
        self._payload = payload

    @property
    def exports(self) -> ExportList:
        """What the panel handed back until now, as a list; `phoenix_lab.exports` has the names."""
        return ExportList(rows for _, rows in _exported())

    @property
    def url(self) -> None:
        """There is no server of its own, and so no address."""
        return

    def view(self, height: int | None = None, slug: str = "") -> None:
        """Open the panel again; height and slug are Phoenix's, and change nothing."""
        del height, slug
        _display(self._payload)

    def __repr__(self) -> str:
        """Return the names of the sets."""
        return f"Session({_title(self._payload)})"


_active: Session | None = None


def inspect(primary: Any, reference: Any = None, corpus: Any = None) -> None:
    """Open the panel on dataframes of this kernel; outside of JupyterLab, say where the panel is to be had.

    Parameters
    ----------
    primary
        The set that is looked at: a dataframe or `Inferences`.
    reference, corpus
        What it is compared with, and the documents that are retrieved from.

    Raises
    ------
    TypeError
        Something is not a dataframe.
    SchemaError
        A schema does not fit.
    """
    launch_app(primary, reference, corpus)


def launch_app(primary: Any, reference: Any = None, corpus: Any = None, trace: Any = None, **settings: Any) -> Session:
    """Do what `inspect` does, and return the session: Phoenix's spelling.

    Parameters
    ----------
    primary, reference, corpus
        See `inspect`.
    trace
        Not taken: traces are Phoenix's own subject.
    settings
        Of Phoenix's server (`host`, `port`, `run_in_thread`, …), which is not there: they change nothing. `default_umap_parameters` neither: the map has
        its own controls.

    Raises
    ------
    TypeError
        Something is not a dataframe, or a setting is none that Phoenix knew.
    """
    global _active  # noqa: PLW0603 - Phoenix's API has one active session
    unknown = sorted(set(settings) - _SETTINGS)
    if unknown:
        raise TypeError(f"launch_app() got an unexpected keyword argument {unknown[0]!r}")
    if trace is not None:
        warnings.warn("launch_app() leaves out the trace: phoenix_lab is about inferences", stacklevel=2)
    bridge = source.load() if _in_ipython() else None
    payload: dict[str, Any] = {
        role: _told(given, role, bridge)
        for role, given in (("primary", primary), ("reference", reference), ("corpus", corpus))
    }
    if payload["primary"] is None:
        raise TypeError("inspect() needs a dataframe")
    from phoenix_lab import __version__

    payload["session"] = bridge.session() if bridge is not None else None
    payload["version"] = __version__
    _active = Session(payload)
    _active.view()
    return _active


_SETTINGS = frozenset(
    {"default_umap_parameters", "host", "port", "root_path", "run_in_thread", "notebook_environment", "use_temp_dir"}
)
"""Settings of Phoenix's `launch_app` that have no meaning here."""


def active_session() -> Session | None:
    """Return the session of the last `inspect`, or None."""
    return _active


def close_app(delete_data: bool = False) -> None:
    """Forget the active session, and let go of its dataframes; there is no data to delete beside."""
    global _active  # noqa: PLW0603
    del delete_data
    bridge = sys.modules.get(source.NAME)
    if _active is not None and bridge is not None:
        refs = [told["ref"] for told in _active._payload.values() if isinstance(told, dict)]  # noqa: SLF001 - our own
        bridge.call(json.dumps({"do": "release", "refs": refs}))
    _active = None


def _told(given: Any, role: str, bridge: Any) -> dict[str, Any] | None:
    """Return what the panel is told about one set."""
    if given is None:
        return None
    variable = caller_name(given)
    schema, name = None, variable
    if isinstance(given, Inferences):
        schema = given.given_schema
        # of Inferences that are written into the call only the dataframe has a name
        inner = caller_name(given.dataframe)
        name = given.name or variable or inner
        variable = inner or variable
        given = given.dataframe
    message = convert.refusal(given)
    if message is not None:
        raise TypeError(f"{role}: {message}")
    return {
        "ref": bridge.hold(given)["ref"] if bridge is not None else None,
        "name": name or role,
        "expression": variable,
        "n_rows": convert.n_rows(given),
        "schema": None if schema is None else TypeAdapter(Schema).dump_python(schema, mode="json", exclude_none=True),
    }


def _title(payload: Mapping[str, Any]) -> str:
    sets = [told for told in (payload["primary"], payload["reference"], payload["corpus"]) if told is not None]
    return " against ".join(
        told["name"] if told["n_rows"] is None else f"{told['name']} ({told['n_rows']:,} rows)" for told in sets
    )


def _display(payload: Mapping[str, Any]) -> None:
    title = f"Phoenix: {_title(payload)}"
    text = f"{title}\n{_ELSEWHERE}\n"
    if not _in_ipython():
        sys.stdout.write(text)
        return
    from IPython import display

    publish: Any = display.publish_display_data
    card = (
        '<div style="padding:8px 12px;border:1px solid currentColor;border-radius:4px;max-width:60em">'
        f"<strong>{html.escape(title)}</strong><br>{html.escape(_ELSEWHERE)}</div>"
    )
    publish({MIME: dict(payload), "text/html": card, "text/plain": text.rstrip()})


def _in_ipython() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None
