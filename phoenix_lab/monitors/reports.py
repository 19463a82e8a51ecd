"""A result for other programs: JUnit, OpenMetrics, a page, and a message to an address."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from phoenix_lab.files import replacing
from phoenix_lab.monitors.outcome import CheckResult, MonitorResult
from phoenix_lab.monitors.suite_file import SuiteError

LARGEST = 64 * 1024
"""Bytes of a message; of a larger one the monitors that are no alarm are left out, then the last alarms."""
PATIENCE = 15.0

_STYLE = (
    ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.35rem .75rem .35rem 0;border-bottom:1px solid #8884;vertical-align:top}"
    "@media(prefers-color-scheme:dark){:root{--jp-error-color1:#ef9a9a;--jp-success-color1:#a5d6a7;--jp-ui-font-color2:#aaa;--jp-warn-color0:#ffb74d}}"
)


def as_junit(result: CheckResult) -> str:
    """Return JUnit XML: an alarm is a failure, what could not run an error, too little data skipped."""
    counts = {kind: sum(m.state == state for m in result.monitors) for kind, state in _KINDS.items()}
    root = ET.Element("testsuites")
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_clean(result.suite.name),
        tests=str(len(result.monitors)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        timestamp=result.checked,
    )
    for m in result.monitors:
        case = ET.SubElement(suite, "testcase", classname=_clean(result.suite.name), name=_clean(m.monitor.title))
        kind = next((kind for kind, state in _KINDS.items() if m.state == state), None)
        if kind is not None:
            ET.SubElement(case, kind, message=_clean(m.sentence()))
        else:
            ET.SubElement(case, "system-out").text = _clean(m.sentence())
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


_KINDS = {"failure": "alarm", "error": "could not run", "skipped": "not enough data"}


def _clean(text: str) -> str:
    """Leave out characters that XML has no way to say."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )


def as_openmetrics(result: CheckResult) -> str:
    """Return OpenMetrics text, as Prometheus reads it: the value with its interval and limits, the rows behind it, and the state."""
    families: list[tuple[str, str, Any]] = [
        ("value", "What the monitor reads.", lambda m: m.row()["value"]),
        ("lower", "Lower end of its 90 % interval.", lambda m: m.row()["lower"]),
        ("upper", "Upper end of its 90 % interval.", lambda m: m.row()["upper"]),
        ("limit_below", "Below this it is an alarm.", lambda m: m.row()["below"]),
        ("limit_above", "Above this it is an alarm.", lambda m: m.row()["above"]),
        ("evidence", "How near it is to an alarm, 1 is one.", lambda m: m.row()["evidence"]),
        ("rows", "Rows behind it.", lambda m: m.row()["n"]),
    ]
    lines = []
    for name, what, read in families:
        lines += [f"# TYPE phoenix_monitor_{name} gauge", f"# HELP phoenix_monitor_{name} {what}"]
        told = [(m, read(m)) for m in result.monitors]
        lines += [f"phoenix_monitor_{name}{{{_labels(result, m)}}} {value!r}" for m, value in told if value is not None]
    lines += ["# TYPE phoenix_monitor_state stateset", "# HELP phoenix_monitor_state What it comes to."]
    for m in result.monitors:
        for state in ("well", "alarm", "not enough data", "could not run"):
            label = f'{_labels(result, m)},phoenix_monitor_state="{state}"'
            lines.append(f"phoenix_monitor_state{{{label}}} {int(m.state == state)}")
    return "\n".join([*lines, "# EOF", ""])


def _labels(result: CheckResult, m: MonitorResult) -> str:
    told = {"suite": result.suite.name, "monitor": m.monitor.title, "severity": m.monitor.severity}
    escape = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})
    return ",".join(f'{name}="{value.translate(escape)}"' for name, value in told.items())


def as_page(result: CheckResult) -> str:
    """Return one HTML file that needs nothing else."""
    title = html.escape(result.suite.name)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>"
        f"<p>Checked {html.escape(result.checked)}</p>{result._repr_html_()}</main></body></html>\n"
    )


def message(result: CheckResult, largest: int = LARGEST) -> bytes:
    """Return the result as JSON of at most so many bytes; `left_out` counts the monitors that did not fit."""
    data = result.to_dict()
    rows = sorted(
        data["monitors"],
        key=lambda row: (
            ("could not run", "alarm").index(row["state"]) if row["state"] in {"alarm", "could not run"} else 2
        ),
    )
    for n in (len(rows), sum(row["state"] in {"alarm", "could not run"} for row in rows), 20, 5, 0):
        told = json.dumps({**data, "monitors": rows[:n], "left_out": len(rows) - min(n, len(rows))}).encode()
        if len(told) <= largest:
            return told
    return json.dumps({"suite": data["suite"][:200], "state": data["state"], "left_out": len(rows)}).encode()


def send(result: CheckResult, address: str) -> None:
    """Post the result to an address.

    Raises
    ------
    SuiteError
        It did not arrive.
    """
    from http.client import HTTPException
    from urllib.error import URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Straight(HTTPRedirectHandler):
        """Follows nowhere: what is led elsewhere becomes a GET without the result, and looks as if it had arrived."""

        def redirect_request(self, *_: Any) -> None:
            return None

    try:
        parts = urlsplit(address)
    except ValueError:
        raise SuiteError("the webhook is no address") from None
    if parts.scheme not in {"http", "https"}:
        raise SuiteError("a webhook is an address that begins with http:// or https://")
    host = parts.hostname or "the address"  # the rest may be a secret
    request = Request(address, message(result), {"Content-Type": "application/json", "User-Agent": "phoenix_lab"})  # noqa: S310 - http alone
    try:
        with build_opener(Straight).open(request, timeout=PATIENCE) as reply:
            reply.read(1024)
    except (URLError, OSError) as error:
        raise SuiteError(f"the webhook at {host} did not take the result: {getattr(error, 'reason', error)}") from None
    except (HTTPException, ValueError) as error:  # their messages may hold the address
        raise SuiteError(f"the webhook at {host} did not take the result: {type(error).__name__}") from None


def write_whole(path: str | Path, text: str) -> None:
    """Write a file so that a reader sees it as it was before, or as a whole."""
    path = Path(path)
    try:
        with replacing(path) as new:
            new.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SuiteError(f"{path} cannot be written: {error.strerror or error}") from None
