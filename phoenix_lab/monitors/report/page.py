"""The page of a report: one HTML file that opens from disk and asks no network for anything."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
from importlib.resources import files

from phoenix_lab.monitors.report.contents import Contents


class NotBuiltError(RuntimeError):
    """The script and the style of the page are not there."""


def page(contents: Contents, said: str, findings: list[str]) -> str:
    """Return the file as text.

    Parameters
    ----------
    contents
        What is in it.
    said
        What was compared, in a sentence, for those whose program runs no scripts.
    findings
        What stands, in sentences, for the same.

    Raises
    ------
    NotBuiltError
        The package was installed without its front end.
    """
    script, style = _script(), _style()
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    )
    # What the script is made of travels with it, and so do its licences.
    contents.facts["licences"] = _built("licences.txt")
    packed = contents.packed()
    # Base64 holds no sign that could end the element, whatever the columns are called and their values are.
    data = json.dumps(
        {"encoding": "gzip+base64", "bytes": len(packed), "data": base64.b64encode(packed).decode("ascii")}
    )
    listed = "".join(f"<li>{html.escape(sentence)}</li>" for sentence in findings)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(_line(contents.facts['title']))}</title>\n"
        f"<style>{style}</style>\n</head>\n<body>\n"
        f'<div id="phoenix-report"><noscript><main><h1>{html.escape(_line(contents.facts["title"]))}</h1>'
        f"<p>{html.escape(said)}</p>{'<ul>' + listed + '</ul>' if listed else ''}"
        "<p>The tables, charts and maps of this file are drawn by its script, which does not run here.</p></main></noscript></div>\n"
        f'<script type="application/json" id="phoenix-data">{data}</script>\n'
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def _line(text: str) -> str:
    return " ".join(str(text).split())


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"


@functools.cache
def _script() -> str:
    # Within a string of the script these are the same signs; within the page they would end the element, or hide its end.
    return _built("report.js").replace("</script", r"<\/script").replace("<!--", r"<\!--")


@functools.cache
def _style() -> str:
    return _built("report.css").replace("</", r"<\/")


def _built(name: str) -> str:
    try:
        text = (files("phoenix_lab.monitors.report") / "static" / name).read_text(encoding="utf-8")
    except OSError:
        raise NotBuiltError(
            "The page of reports is not built: `jlpm build:prod` in a source tree; a wheel of phoenix_lab has it."
        ) from None
    # The browser reads line ends as it likes them, and hashes what it has read.
    return text.replace("\r\n", "\n").replace("\r", "\n")
