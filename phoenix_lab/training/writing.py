"""The data files of a folder: lines of JSON, and folders of images."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from phoenix_lab.training.files import digest
from phoenix_lab.training.images import folder_of
from phoenix_lab.training.splits import NAMES

Lines = Sequence[Sequence[dict[str, Any]]]
Files = dict[str, dict[str, Any]]


def write_lines(folder: Path, lines: Lines) -> Files:
    """Write a file of JSON lines for each split that has any; return what was written."""
    files: Files = {}
    for name, part in zip(NAMES, lines, strict=True):
        if part:
            path = folder / f"{name}.jsonl"
            with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in part)
            files[path.name] = _fact(path)
    return files


def write_images(folder: Path, lines: Lines) -> Files:
    """Copy the images into a folder for each class of each split; return what was written."""
    classes = sorted({line["label"] for part in lines for line in part})
    folders: dict[str, str] = {}
    for label in classes:
        name = folder_of(label)
        # Case makes no difference on some disks, and long names are cut.
        taken = {other.casefold() for other in folders.values()}
        folders[label] = name if name.casefold() not in taken else f"{name} {len(folders)}"
    files: Files = {}
    before: Counter[Path] = Counter()
    for name, part in zip(NAMES, lines, strict=True):
        for line in part:
            path = folder / name / folders[line["label"]] / f"{line['sha256'][:16]}.{line['kind']}"
            before[path] += 1
            if before[path] > 1:  # the same image again, where copies are wanted
                path = path.with_stem(f"{path.stem} {before[path]}")
            path.parent.mkdir(parents=True, exist_ok=True)
            if "bytes" in line:
                path.write_bytes(line["bytes"])
            else:
                shutil.copyfile(line["path"], path)
            files[path.relative_to(folder).as_posix()] = _fact(path) | {"label": line["label"]}
    return files


def _fact(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": digest(path)}
