"""`phoenix-lab check` and `report`: without a notebook. Exit status: 0 well, 1 an alarm, 2 something could not run."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

COULD_NOT_RUN = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; what it needs is imported when it is known what is asked."""
    given = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a mark that its encoding lacks is no reason to end with 2
            stream.reconfigure(errors="replace")
    from phoenix_lab.monitors.suite_file import SuiteError

    try:
        return int(given.run(given))
    except SuiteError as error:
        print(f"phoenix-lab: {error}", file=sys.stderr)  # noqa: T201 - a command
    except (OSError, MemoryError) as error:
        print(f"phoenix-lab: {error or type(error).__name__}", file=sys.stderr)  # noqa: T201
    except Exception:  # noqa: BLE001 - Python would end with 1, which says alarm
        import traceback

        traceback.print_exc()
    except KeyboardInterrupt:
        print("phoenix-lab: interrupted", file=sys.stderr)  # noqa: T201
    return COULD_NOT_RUN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="phoenix-lab", description="Watch what was found once, without a notebook.")
    commands = parser.add_subparsers(title="commands", required=True)
    check = commands.add_parser(
        "check",
        help="check a suite of monitors on new rows",
        description="Check a suite of monitors on new rows. Exit status: 0 without an alarm, 1 with one, 2 where something could not run.",
    )
    check.add_argument("suite", help="a *.phoenix.toml file")
    check.add_argument(
        "--primary",
        required=True,
        metavar="FILE",
        help="the new rows: parquet (a file or a folder of them), Arrow or CSV; a quoted glob of parquet files is read in batches",
    )
    check.add_argument(
        "--batches", action="store_true", help="read parquet files in batches, for more rows than memory holds"
    )
    check.add_argument("--reference", metavar="FILE", help="what they are held against: rows, or a *.phoenix-profile")
    check.add_argument(
        "--history", metavar="FILE", help="keeps what was read, so that windows of different days are judged together"
    )
    check.add_argument(
        "--now", metavar="TIME", help="what counts as the present, for windows that are over (default: the clock)"
    )
    check.add_argument("--at", metavar="NAME", help="what the window is called, of rows that have no time")
    check.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="write the result as JSON (default: standard output)"
    )
    check.add_argument("--junit", metavar="FILE", help="write the result as JUnit XML")
    check.add_argument("--html", metavar="FILE", help="write the result as a page")
    check.add_argument("--openmetrics", metavar="FILE", help="write the result as OpenMetrics text, for Prometheus")
    check.add_argument("--webhook", metavar="URL", help="post the result there when it is an alarm or could not run")
    check.add_argument("--quiet", action="store_true", help="print nothing but what could not run")
    check.set_defaults(run=_check)
    report = commands.add_parser(
        "report",
        help="write what changed as one HTML file",
        description="Write what changed between two sets of rows as one HTML file, which opens in any browser without a network. Exit status: 0 when "
        "it is written, 2 when it could not be.",
    )
    report.add_argument(
        "--primary",
        required=True,
        metavar="FILE",
        help="the rows that are looked at: parquet (a file or a folder of them), Arrow or CSV",
    )
    report.add_argument("--reference", metavar="FILE", help="what they are compared with")
    report.add_argument("--out", default="report.html", metavar="FILE", help="the file (default: %(default)s)")
    report.add_argument("--title", help="heads the page (default: the files' names)")
    report.add_argument(
        "--unit", metavar="COLUMN", help="rows of one value of this column are not independent of each other"
    )
    report.add_argument(
        "--limit", type=float, default=0.1, metavar="PSI", help="drift matters from here on (default: %(default)s)"
    )
    report.add_argument(
        "--texts", action="store_true", help="put the texts of rows into the file: think of who will read it"
    )
    report.add_argument(
        "--budget",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="findings are looked for so long (default: %(default)s)",
    )
    report.add_argument("--quiet", action="store_true", help="print nothing but what went wrong")
    report.set_defaults(run=_report)
    profile = commands.add_parser(
        "profile",
        help="write what rows are held against later, without the rows",
        description="Write the edges, counts and sums of rows, which monitors are held against later, without the rows.",
    )
    profile.add_argument("rows", metavar="FILE", help="parquet (a file or a folder of them), Arrow or CSV")
    profile.add_argument("out", metavar="OUT", help="a *.phoenix-profile file")
    profile.add_argument(
        "--unit", metavar="COLUMN", help="whose values group rows that are not independent; they are kept"
    )
    profile.add_argument(
        "--step", metavar="LENGTH", help='how finely it is counted by time, such as "1h" (default: 1d)'
    )
    profile.add_argument(
        "--sample-vectors",
        type=int,
        default=0,
        metavar="N",
        help="keep so many vectors of each embedding (default: none)",
    )
    profile.set_defaults(run=_profile)
    again = commands.add_parser(
        "replay",
        help="run a notebook, and compare what its panel showed with what comes out now",
        description="Run the cells of a notebook in a kernel of its own, ask again what its panel had asked, and say what is not the same: data, version or "
        "result. Exit status: 0 when every result is the same, 1 when data or a result is not, 2 when something could not run. The notebook's "
        "code runs: replay only what you would run.",
    )
    again.add_argument("notebook", help="an *.ipynb file")
    again.add_argument("--timeout", type=float, metavar="SECONDS", help="most seconds of one cell (default: it waits)")
    again.add_argument("--json", action="store_true", help="print the result as JSON")
    again.add_argument("--quiet", action="store_true", help="print nothing but what could not run")
    again.set_defaults(run=_replay)
    schema = commands.add_parser("schema", help="print the JSON schema of a suite")
    schema.set_defaults(run=_schema)
    return parser


def _schema(_given: argparse.Namespace) -> int:
    from phoenix_lab.monitors.suite_file import suite_schema

    sys.stdout.write(suite_schema())
    return 0


def _report(given: argparse.Namespace) -> int:
    from phoenix_lab.monitors.files import read_rows
    from phoenix_lab.monitors.report.page import NotBuiltError
    from phoenix_lab.monitors.report.write import report
    from phoenix_lab.monitors.suite_file import SuiteError
    from phoenix_lab.recipes.output import RecipeError

    primary = read_rows(given.primary)
    reference = None if given.reference is None else read_rows(given.reference)
    at_work = not given.quiet and sys.stderr.isatty()
    try:
        written = report(
            primary,
            reference,
            given.out,
            title=given.title,
            unit=given.unit,
            limit=given.limit,
            texts=given.texts,
            budget=given.budget,
            told=(lambda what: _at_work(f"{what} …")) if at_work else None,
        )
    except (RecipeError, NotBuiltError, ValueError) as error:
        raise SuiteError(str(error)) from None
    finally:
        if at_work:
            _at_work("")
    if not given.quiet:
        print(written)  # noqa: T201
    return 0


def _replay(given: argparse.Namespace) -> int:
    import json

    from phoenix_lab.monitors.replay import ReplayError, replay
    from phoenix_lab.monitors.suite_file import SuiteError

    try:
        came = replay(given.notebook, timeout=given.timeout)
    except ReplayError as error:
        raise SuiteError(str(error)) from None
    if given.json:
        print(json.dumps(came.data(), ensure_ascii=False, indent=2))  # noqa: T201
    elif not given.quiet:
        print(came)  # noqa: T201
    return came.exit_status


def _at_work(text: str) -> None:
    """Write over the line that said what is being computed."""
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


def _profile(given: argparse.Namespace) -> int:
    from phoenix_lab.monitors.files import read_rows
    from phoenix_lab.monitors.suite_file import SuiteError
    from phoenix_lab.profiles.profile import ProfileError, profile

    try:
        made = profile(read_rows(given.rows), unit=given.unit, step=given.step, sample_vectors=given.sample_vectors)
        print(f"{made.save(given.out)}: {made!r}")  # noqa: T201
    except ProfileError as error:
        raise SuiteError(str(error)) from None
    return 0


def _check(given: argparse.Namespace) -> int:
    import json

    from phoenix_lab.monitors.check import check
    from phoenix_lab.monitors.files import read_reference, read_rows
    from phoenix_lab.monitors.reports import as_junit, as_openmetrics, as_page, send, write_whole
    from phoenix_lab.monitors.suite_file import load_suite

    suite = load_suite(given.suite)
    primary = read_rows(given.primary, batches=given.batches)
    reference = None if given.reference is None else read_reference(given.reference, batches=given.batches)
    result = check(suite, primary, reference, history=given.history, now=given.now, at=given.at)
    told: dict[Any, Any] = {given.junit: as_junit, given.html: as_page, given.openmetrics: as_openmetrics}
    for path, make in told.items():
        if path is not None:
            write_whole(path, make(result))
    if given.json == "-":
        print(json.dumps(result.to_dict(), indent=1))  # noqa: T201
    elif given.json is not None:
        write_whole(given.json, json.dumps(result.to_dict(), indent=1) + "\n")
    if given.json != "-" and not given.quiet:
        print(result)  # noqa: T201
    for m in result.monitors:
        if m.state == "could not run":
            print(f"phoenix-lab: {Path(given.suite).name}: {m.monitor.title}: {m.sentence()}", file=sys.stderr)  # noqa: T201
    if given.webhook is not None and result.exit_code:
        send(result, given.webhook)
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main())
