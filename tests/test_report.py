"""`px.report`: a page that asks no network for anything, and does what its data is called no favour."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import phoenix_lab as px
from phoenix_lab.monitors.cli import main
from phoenix_lab.monitors.report import contents as contents_of
from phoenix_lab.monitors.report import page as page_of

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- not closed",
    "--> ]]> ' \" & \\ \u2028 \u0000 \u202e",
    "</style></noscript></title><svg onload=alert(1)>",
]
MARK = "only in row {}"
ABOUT = {"sea": "fish waves harbour boats", "sky": "clouds wind birds feathers", "soil": "roots worms clay seeds"}


class Page(HTMLParser):
    """What a browser makes of the file, as far as the tests ask."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.content, self._open = [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = f"{tag}:{dict(attrs).get('type', '')}"
        self.content.setdefault(self._open, []).append("")

    def handle_data(self, data):
        if self._open:
            self.content[self._open][-1] += data

    def handle_endtag(self, tag):
        del tag
        self._open = None

    @property
    def policy(self):
        found = next(a["content"] for t, a in self.tags if a.get("http-equiv") == "Content-Security-Policy")
        return dict(part.strip().split(" ", 1) for part in found.split(";"))

    @property
    def packed(self):
        (text,) = self.content["script:application/json"]
        told = json.loads(text)
        data = base64.b64decode(told["data"], validate=True)
        assert told["bytes"] == len(data)
        return gzip.decompress(data)

    @property
    def facts(self):
        data = self.packed
        return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])

    def table(self, place):
        data = self.packed
        start = 4 + int.from_bytes(data[:4], "little") + place[0]
        return pa.ipc.open_stream(data[start : start + place[1]]).read_all()


def frame(n, shift, seed, *, vectors=True, hostile=False):
    rng = np.random.default_rng(seed)
    topic = rng.choice(3, n, p=[0.5 - shift, 0.3, 0.2 + shift])
    words = np.array(list(ABOUT.values()))[topic]
    score = rng.random(n)
    columns = {
        "when": pd.date_range("2024-01-01", periods=n, freq="h") + pd.Timedelta(days=300 * (shift > 0)),
        "age": rng.normal(40 + 60 * shift, 10, n),
        "colour": rng.choice(["red", "green"], n, p=[0.5 + shift, 0.5 - shift]),
        "text": [f"{w} {MARK.format(i)} of {seed}" for i, w in enumerate(words)],
        "prediction_score": score,
        "prediction_label": np.where(score > 0.5, "yes", "no"),
        "actual_label": np.where(score + rng.normal(0, 0.2 + shift, n) > 0.5, "yes", "no"),
    }
    if vectors:
        columns["text_vector"] = list((np.eye(3)[topic] * 4 + rng.normal(size=(n, 3))).astype(np.float32))
    if hostile:
        for i, name in enumerate(HOSTILE):
            columns[name] = rng.normal(3 * (shift > 0), 1, n)
            columns[f"values {i}"] = rng.choice([name, "b"], n, p=[0.5 + shift, 0.5 - shift])
    return pd.DataFrame(columns)


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    # One for all: what the tests share is computed once.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path_factory.mktemp("report-cache")))
        yield


@pytest.fixture(scope="module")
def pair():
    return frame(600, 0.25, 1), frame(900, 0.0, 2)


def this_week(pair, folder):
    prod, train = pair
    return px.report(prod, train, folder / "report.html", title="This week")


@pytest.fixture(scope="module")
def written(pair, tmp_path_factory):
    """A report of both sets, with nothing asked but its title."""
    return this_week(pair, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def page(written):
    return made(written)


def made(path):
    return Page(Path(path).read_text(encoding="utf-8"))


def test_it_holds_what_was_asked(pair, written, page):
    prod, train = pair
    facts = page.facts
    assert facts["title"] == "This week"
    assert facts["version"] == px.__version__
    assert [facts["sets"][name]["rows"] for name in ("primary", "reference")] == [600, 900]
    assert facts["sets"]["primary"]["name"] == "prod"
    summary = page.table(facts["summary"]["tables"][""])
    same = px.run(px.Summary(), prod, train).table
    assert summary.column("estimate").to_pylist() == same.column("estimate").to_pylist()
    # The age moved by 1.5 standard deviations, and has a section with its course through time; so has nothing that stayed.
    assert "age" in [one["column"] for one in facts["columns"]]
    assert all(one["series"] is not None for one in facts["columns"])
    (area,) = facts["maps"]
    assert area["points"] == {"drawn": 1500, "of": 1500}
    assert page.table(area["map"]["tables"][""]).column_names == ["row", "set", "x", "y", "cluster"]
    assert facts["performance"]["recipe"]["kind"] == "performance"
    assert written.findings
    assert "".join(page.content["li:"]) == "".join(written.findings)
    assert written.path.name == "report.html"
    assert str(written).startswith(f"{written.path}, ")
    assert written.size == written.path.stat().st_size < 2_000_000


def test_hostile_names_and_values_stay_text(tmp_path):
    prod, train = frame(300, 0.25, 3, vectors=False, hostile=True), frame(300, 0.0, 4, vectors=False, hostile=True)
    title = "</title>" + "".join(HOSTILE)
    written = px.report(prod, train, tmp_path / "r.html", title=title, texts=True)
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    page = Page(text)
    # What a browser finds is what the page is made of, and nothing of the names.
    assert [tag for tag, _ in page.tags if tag in {"script", "style", "title", "svg", "img"}] == [
        "title",
        "style",
        "script",
        "script",
    ]
    assert not [a for _, a in page.tags if any(name.startswith("on") for name in a)]
    assert "alert(1)</script>" not in text
    assert "<img src=x" not in text
    assert "<!--" not in text
    assert page.content["title:"] == [" ".join(title.split())]
    columns = page.table(page.facts["summary"]["tables"][""]).column("column").to_pylist()
    assert set(HOSTILE) <= set(columns)
    assert any(HOSTILE[0] in sentence for sentence in written.findings)


def test_the_policy_lets_this_script_and_style_run_and_nothing_else(page):
    assert page.policy["default-src"] == "'none'"
    assert not {"img-src", "connect-src", "font-src", "frame-src"} & set(page.policy)
    for kind, directive in (("script:", "script-src"), ("style:", "style-src")):
        (text,) = page.content[kind]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert page.policy[directive] == f"'sha256-{digest}'"
    (script,), (style,) = page.content["script:"], page.content["style:"]
    assert not re.search(r"\beval\(|new Function\(|\bimport\(|XMLHttpRequest|\bfetch\(|WebSocket\(", script)
    assert not re.search(r"url\(|@import|https?:", style)


def test_nothing_is_loaded_from_anywhere(page):
    assert not [a for _, a in page.tags if {"src", "href", "srcset", "style"} & set(a)]
    # Of addresses the script has the names of namespaces, and where React and Arrow explain an error: none that it asks.
    (script,) = page.content["script:"]
    hosts = set(re.findall(r"https?://([\w.-]+)", script))
    assert hosts <= {"www.w3.org", "reactjs.org", "github.com", "arrow.apache.org", "fb.me"}


def test_every_colour_of_the_style_is_there():
    style = page_of._style()
    used = set(re.findall(r"var\((--[\w-]+)\)", style))
    given = set(re.findall(r"(--[\w-]+)\s*:", style))
    assert used - given == {"--px-share"}  # of a cell of a confusion, which the script gives


def test_texts_of_rows_only_when_asked(pair, page, tmp_path):
    assert page.facts["texts"] is False
    assert b"only in row" not in page.packed
    with_texts = made(px.report(*pair, tmp_path / "r.html", texts=True))
    (area,) = with_texts.facts["maps"]
    texts = with_texts.table(area["texts"]["table"]).column("text").to_pylist()
    points = with_texts.table(area["map"]["tables"][""])
    # Each text is that of its point, in its set.
    prod, train = pair
    for i in (0, 700, 1499):
        row, of = points.column("row")[i].as_py(), points.column("set").cast(pa.string())[i].as_py()
        assert texts[i] == (prod if of == "primary" else train)["text"][row]


def test_texts_are_cut_until_there_is_room(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(contents_of, "ROOM_FOR_TEXTS", 2_000)
    page = made(px.report(*pair, tmp_path / "r.html", texts=True))
    (area,) = page.facts["maps"]
    texts = page.table(area["texts"]["table"]).column("text").to_pylist()
    assert area["texts"]["length"] == 40
    assert max(map(len, texts)) <= 40


def test_findings_carry_no_rows(page):
    names = page.table(page.facts["findings"]["tables"]["faces"]).column_names
    assert "sentence" in names
    assert not {"where", "rows"} & set(names)


def test_one_set_alone(pair, tmp_path):
    prod, _ = pair
    page = made(px.report(prod, path=tmp_path / "r.html", budget=5))
    assert page.facts["title"] == "prod"
    assert page.facts["sets"]["reference"] is None
    assert page.facts["performance"] is not None


def test_a_set_without_rows(pair, tmp_path):
    prod, train = pair
    written = px.report(prod.iloc[:0], train, tmp_path / "r.html")
    page = made(written)
    assert page.facts["sets"]["primary"]["rows"] == 0
    assert page.facts["findings"] is None
    assert page.facts["maps"] == []
    assert "Nothing stands out" in str(written)


def test_no_embedding(tmp_path):
    page = made(px.report(frame(200, 0.25, 5, vectors=False), frame(200, 0, 6, vectors=False), tmp_path / "r.html"))
    assert page.facts["maps"] == []


def test_what_cannot_be_answered_is_left_out_and_said(pair, tmp_path):
    prod, train = pair
    prod, train = (one.drop(columns="actual_label") for one in (prod, train))
    written = px.report(prod, train, tmp_path / "r.html")
    assert made(written).facts["performance"] is None
    assert [what for what, _ in written.left_out] == ["performance"]


def test_five_thousand_columns(tmp_path):
    rng = np.random.default_rng(7)
    names = [f"column {i}" for i in range(5_000)]
    prod = pd.DataFrame(rng.normal(size=(120, 5_000)), columns=names)
    train = pd.DataFrame(rng.normal(size=(120, 5_000)), columns=names)
    prod.iloc[:, :60] += 5
    written = px.report(prod, train, tmp_path / "r.html", budget=5)
    facts = made(written).facts
    assert facts["sets"]["primary"]["columns"] == 5_000
    assert len(facts["columns"]) == contents_of.SECTIONS
    assert written.size < 4_000_000
    assert any("more columns" in what for what, _ in written.left_out)


def test_a_map_of_more_rows_is_drawn_of_a_sample(tmp_path, pair, monkeypatch):
    prod, train = pair
    monkeypatch.setattr(contents_of, "POINTS", 500)
    page = made(px.report(prod, train, tmp_path / "r.html"))
    (area,) = page.facts["maps"]
    points = page.table(area["map"]["tables"][""])
    assert area["points"]["of"] == 1500
    assert 500 <= area["points"]["drawn"] == points.num_rows < 1000
    # The typical rows of a cluster are in it, in the places that the clusters name; shares are those of all rows.
    clusters = page.table(area["map"]["tables"]["clusters"])
    whole = px.run(px.EmbeddingMap("text_vector"), prod, train)
    assert clusters.column("n").to_pylist() == whole.clusters.column("n").to_pylist()
    for cluster, typical in zip(
        clusters.column("cluster").to_pylist(), clusters.column("prototypes").to_pylist(), strict=True
    ):
        assert {points.column("cluster")[i].as_py() for i in typical} <= {cluster}


def test_the_same_is_the_same_to_the_byte(pair, page, tmp_path):
    again = made(this_week(pair, tmp_path))
    first, second = (one.facts | {"made": ""} for one in (page, again))
    assert first == second
    tables = [one.packed[4 + int.from_bytes(one.packed[:4], "little") :] for one in (page, again)]
    assert tables[0] == tables[1]


def test_a_report_that_cannot_be_written_leaves_the_old_one(pair, tmp_path):
    with pytest.raises(px.SuiteError, match="cannot be written"):
        px.report(*pair, tmp_path / "nowhere" / "r.html")
    with pytest.raises(IsADirectoryError, match="say the file's name"):
        px.report(*pair, tmp_path)
    old = tmp_path / "r.html"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="limit"):
        px.report(*pair, old, limit=float("nan"))
    with pytest.raises(px.RecipeError, match="nobody"):
        px.report(*pair, old, unit="nobody")
    assert old.read_text(encoding="utf-8") == "old"


def test_without_its_front_end_it_says_how_to_build_it(pair, tmp_path, monkeypatch):
    monkeypatch.setattr(page_of, "files", lambda _: tmp_path)
    page_of._script.cache_clear()
    try:
        with pytest.raises(page_of.NotBuiltError, match="jlpm build:prod"):
            px.report(*pair, tmp_path / "r.html")
    finally:
        page_of._script.cache_clear()


def test_the_command(tmp_path, pair, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, one in zip(("new", "ref"), pair, strict=True):
        pq.write_table(pa.Table.from_pandas(one, preserve_index=False), f"{name}.parquet")
    assert main(["report", "--primary", "new.parquet", "--reference", "ref.parquet", "--title", "Nightly"]) == 0
    assert capsys.readouterr().out.startswith("report.html, ")
    facts = made("report.html").facts
    assert facts["title"] == "Nightly"
    assert facts["sets"]["reference"]["name"] == "ref.parquet"
    for arguments, said in (
        (["--primary", "gone.parquet"], "gone.parquet is not there"),
        (["--primary", "new.parquet", "--unit", "nobody"], 'no column "nobody"'),
        (["--primary", "new.parquet", "--out", "no/where.html"], "cannot be written"),
        (["--primary", "new.parquet", "--limit", "-1"], "limit"),
    ):
        assert main(["report", *arguments]) == 2
        error = capsys.readouterr().err
        assert said in error
        assert "Traceback" not in error


def test_asking_how_the_command_is_used_imports_nothing_heavy():
    code = (
        "import sys, contextlib\nfrom phoenix_lab.monitors.cli import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['report', '--help'])\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'numpy', 'pyarrow', 'sklearn', 'numba', 'tornado'}))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.splitlines()[-1] == "[]"
