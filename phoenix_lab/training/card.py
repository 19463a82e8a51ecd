"""The card of a folder of training data: where it comes from, how it was made, what is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phoenix_lab.training.files import CARD, README
from phoenix_lab.training.source import Source


def write_card(folder: Path, sources: Sequence[Source], facts: Mapping[str, Any]) -> None:
    """Write `card.json`, all that is known, and `README.md`, as `datasets` and people read it."""
    from phoenix_lab import __version__

    recipe = facts["recipe"]
    used = {*recipe["columns"].values(), *recipe["keep_together"], recipe["stratify"], recipe["embedding"]} - {None}
    card = {
        "made_by": f"phoenix_lab {__version__}",
        "sources": [
            {
                "name": source.name,
                "rows": source.n,
                "columns": list(source.columns),
                "fingerprints": dict(
                    source.inferences.frame([c for c in source.columns if c in used], name=source.name).fingerprints
                ),
            }
            for source in sources
        ],
        **facts,
    }
    (folder / CARD).write_text(json.dumps(card, ensure_ascii=True, indent=1), encoding="utf-8")
    (folder / README).write_text(_readme(card, recipe["format"]), encoding="utf-8")


def _readme(card: Mapping[str, Any], kind: str) -> str:
    there = {name: n for name, n in card["splits"].items() if n}
    data = [
        line
        for name in there
        for line in (f"  - split: {name}", f"    path: {f'{name}/**' if kind == 'images' else f'{name}.jsonl'}")
    ]
    tables = [
        "| split | examples |",
        "|---|---|",
        *(f"| {name} | {n:,} |" for name, n in there.items()),
    ]
    about = {
        key: card[key]
        for key in ("made_by", "sources", "recipe", "labels", "groups", "left_out", "private", "tokens", "notes")
    }
    if kind != "images":
        about["files"] = card["files"]
    return "\n".join(
        [
            "---",
            "configs:",
            "- config_name: default",
            "  data_files:",
            *data,
            "---",
            "",
            f"# Data for fine-tuning: {kind}",
            "",
            *tables,
            "",
            "Rows of one group, and near-duplicates, are in one split. How it was made, as in `card.json`:",
            "",
            "```json",
            json.dumps(about, ensure_ascii=True, indent=1),
            "```",
            "",
        ]
    )
