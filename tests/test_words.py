"""The words for a verdict are the same wherever it is told, and stand in one place of each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from phoenix_lab.stats.verdict import WORDS, in_sentence

ROOT = Path(__file__).parent.parent
OWNERS = {ROOT / "src/views/parts/verdict.tsx", ROOT / "phoenix_lab/stats/verdict.py"}
SOURCES = [
    path
    for room, ends in (("src", {".ts", ".tsx"}), ("phoenix_lab", {".py"}))
    for path in sorted((ROOT / room).rglob("*"))
    if path.suffix in ends and not {"__tests__", "labextension", "static"} & set(path.parts)
]


def literals(path: Path) -> str:
    """Return the text of a file without what is said of the code itself."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return re.sub(r'(?m)^\s*#.*$|"""(?:.|\n)*?"""', "", text)
    return re.sub(r"/\*(?:.|\n)*?\*/|(?m:(?<!:)//.*$)", "", text)


def test_both_languages_have_the_same() -> None:
    source = (ROOT / "src/views/parts/verdict.tsx").read_text("utf-8")
    told = dict(re.findall(r"case '(\w+)':\s+return trans\.__\('([^']+)'\);", source))
    assert told == WORDS
    assert in_sentence("moved") == "moved, size unsure"


@pytest.mark.parametrize("words", ["size unsure", "perhaps by less", "perhaps drift", "perhaps moved"])
def test_nobody_else_has_a_name_for_what_is_between(words: str) -> None:
    assert len(SOURCES) > 300
    assert {path for path in SOURCES if words in literals(path).lower()} <= OWNERS


@pytest.mark.parametrize(
    ("jargon", "instead"),
    [
        ("hierarchical(?:ly)?", "over the kinds, then within each"),
        ("famil(?:y|ies)", "kinds"),
        ("less (?:truth|accuracy)", "minus"),
        ("cohorts?", "some rows"),
        ("(?:would|units) decide", "would be enough to tell"),
    ],
)
def test_what_is_read_has_no_word_that_only_we_know(jargon: str, instead: str) -> None:
    """Of text between quotes, with a space in it: names in code are no words that anybody reads."""
    quoted = re.compile(r"""(["'`])((?:\\.|(?!\1)[^\n\\])*)\1""")
    word = re.compile(rf"(?<![\w-]){jargon}(?![\w-])", re.IGNORECASE)
    said = [
        (path.name, re.sub(r"\{[^}]*\}", "", text))
        for path in SOURCES
        for _, text in quoted.findall(literals(path))
        if " " in text
    ]
    assert len(said) > 2000
    found = {one for one in said if word.search(one[1])}
    assert not found, f"say {instead}"
