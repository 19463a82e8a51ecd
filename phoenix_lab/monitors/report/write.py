"""`report`: what was found, as one file for those who have no notebook."""

from __future__ import annotations

import html
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phoenix_lab.engine.run import inferences
from phoenix_lab.monitors.report.contents import Question, Told, gather
from phoenix_lab.monitors.report.page import page
from phoenix_lab.monitors.reports import write_whole


@dataclass(frozen=True)
class Report:
    """A report that was written.

    Parameters
    ----------
    path
        The file.
    size
        Its bytes.
    findings
        What stands, in sentences, ranked.
    left_out
        What is not in it, and why.
    """

    path: Path
    size: int
    findings: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    def __fspath__(self) -> str:
        """Return the path, so that `open(px.report(…))` reads it."""
        return os.fspath(self.path)

    def __repr__(self) -> str:
        """Return where it is, how large, and what it found."""
        lines = [f"{self.path}, {self.size / 1e6:.1f} MB: opens in any browser, without a network"]
        lines += [f"- {sentence}" for sentence in self.findings[:5]]
        if len(self.findings) > 5:
            lines.append(f"… and {len(self.findings) - 5:,} more findings")
        if not self.findings:
            lines.append("Nothing stands out.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        first, *rest = repr(self).splitlines()
        found = "".join(f"<li>{html.escape(line.removeprefix('- '))}</li>" for line in rest)
        return f"<div><p><strong>{html.escape(first)}</strong></p><ul>{found}</ul></div>"


def report(
    primary: Any,
    reference: Any = None,
    path: str | os.PathLike[str] = "report.html",
    *,
    title: str | None = None,
    unit: str | None = None,
    limit: float = 0.1,
    texts: bool = False,
    budget: float | None = 60.0,
    told: Told | None = None,
) -> Report:
    """Write what changed between two dataframes as one HTML file.

    It opens from disk, asks no network for anything, and can be read by whoever has a browser: the findings in sentences, the table of the
    columns, a section for each drifted one, the maps of embeddings, the performance, what was left out, and the recipes as code.

    Parameters
    ----------
    primary
        The set that is looked at: any dataframe, or `Inferences`.
    reference
        The set that it is compared with; None reports on one set alone.
    path
        The file; one that is there is replaced.
    title
        Heads the page; None is "prod against train", by the sets' names.
    unit
        Column whose values group rows that are not independent of each other; see `Summary`.
    limit
        PSI above which drift matters.
    texts
        Put the texts of rows into the file, to be read on the map. A report travels, so it holds none unless this says so: frequent values
        of columns, their smallest and largest, the words that clusters are named by, and counts are in it all the same.
    budget
        Seconds that findings are looked for; see `Findings`.
    told
        Called with what is being computed, as the work goes on.

    Returns
    -------
    Report
        Where it is and what it says.

    Raises
    ------
    RecipeError
        The sets cannot be compared, such as for a unit that is no column.
    SuiteError
        The file cannot be written.
    """
    if not isinstance(texts, bool):
        raise TypeError("texts is True or False")
    if not (limit >= 0 and limit < float("inf")):
        raise ValueError(f"limit is a PSI from 0 on, not {limit!r}")
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder: say the file's name, too")
    first, second = inferences(primary, "primary"), inferences(reference, "reference")
    if first is None:
        raise TypeError("report() needs a dataframe")
    names = [first.name or "primary"] + ([] if second is None else [second.name or "reference"])
    asked = Question(title or " against ".join(names), unit, float(limit), texts, budget)
    contents, findings = gather(asked, first, second, told or (lambda _: None))
    counted = [f"{name}, {which.n_rows:,} rows" for name, which in zip(names, (first, second), strict=False) if which]
    text = page(contents, " against ".join(counted), findings)
    write_whole(path, text)
    left = tuple((one["what"], one["why"]) for one in contents.facts["left_out"])
    return Report(path, len(text.encode()), tuple(findings), left)
