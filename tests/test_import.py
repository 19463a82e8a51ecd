"""`import phoenix_lab` is light, and its names are there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import phoenix_lab as px

TREE = Path(__file__).parents[1]
HEAVY = (
    "numba",
    "sklearn",
    "scipy",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "pydantic",
    "jupyter_server",
    "tornado",
    "IPython",
    "hdbscan",
)


def modules_after(code):
    program = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=TREE)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_imports_nothing_heavy():
    loaded = modules_after("import phoenix_lab")
    assert not loaded & set(HEAVY)
    assert {m for m in loaded if m.startswith("phoenix_lab")} == {"phoenix_lab"}


def test_recipes_and_schemas_need_no_numba_and_no_server():
    loaded = modules_after(
        "import phoenix_lab as px\npx.Summary(); px.EmbeddingMap('v'); px.Schema(); px.Inferences; px.run; px.inspect"
    )
    assert not loaded & {
        "numba",
        "sklearn",
        "hdbscan",
        "jupyter_server",
        "tornado",
        "pandas",
        "polars",
        "duckdb",
        "umap",
    }


def test_the_server_extension_starts_without_what_only_answers_need():
    loaded = modules_after("import phoenix_lab; phoenix_lab._jupyter_server_extension_points()")
    assert "phoenix_lab.server.jobs" in loaded
    assert not loaded & {"scipy", "sklearn", "numba", "hdbscan", "pandas"}


def test_convert_imports_the_standard_library_only():
    loaded = modules_after("import phoenix_lab.inferences.convert")
    assert not loaded & {"numpy", "pyarrow", "pandas", "polars", "pydantic"}


@pytest.mark.parametrize("name", px.__all__)
def test_every_public_name_is_there(name):
    assert getattr(px, name) is not None
    assert name in dir(px)


def test_phoenix_spellings():
    assert px.Dataset is px.Inferences
    assert px.__version__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = px.nothing


def test_rooms_import_only_what_is_above_them():
    rooms = [
        "inferences",
        "stats",
        "profiles",
        "embeddings",
        "recipes",
        "findings",
        "engine",
        "generate",
        "evals",
        "monitors",
        "kernel",
        "server",
    ]
    wrong = []
    for place, room in enumerate(rooms):
        for path in (TREE / "phoenix_lab" / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            wrong += [f"{path.name} imports {later}" for later in rooms[place + 1 :] if f"phoenix_lab.{later}" in text]
    assert not wrong
