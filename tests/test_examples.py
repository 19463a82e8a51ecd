"""The notebooks that embed run as they are, without a network: the vectors tell apart what they should."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import phoenix_lab as px

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("PHOENIX_LAB_CACHE_DIR", str(tmp_path))
    monkeypatch.chdir(EXAMPLES)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it reaches for the network"))

    def run(name):
        names: dict[str, object] = {}
        for cell in json.loads((EXAMPLES / name).read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "code" and not source.startswith("px.inspect"):  # which is for the panel
                exec(source, names)  # noqa: S102 - our own notebook
        return names

    return run


@pytest.mark.parametrize(
    ("notebook", "vector", "by"),
    [("embed_texts.ipynb", "text_vector", "party"), ("embed_rows.ipynb", "row_vector", "origin")],
)
def test_notebook(run, notebook, vector, by):
    names = run(notebook)
    production, areas = names["production"], names["areas"]
    X = np.array(production[vector].tolist())
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    labels = production[by].to_numpy()
    near = np.argsort(-(X[:500] @ X.T), axis=1)[:, 1:6]
    chance = (production[by].value_counts(normalize=True) ** 2).sum()
    assert (labels[near] == labels[:500, None]).mean() > chance + 0.1
    found = areas.clusters.to_pandas()
    assert len(found) > 3
    assert (found.p_adjusted < 0.05).any()
    assert px.Inferences(production).schema.embedding_feature_column_names


def test_prompts_and_responses(run):
    """The planted refusals are what is found, and not the prompts, which are the same as before."""
    names = run("prompts_and_responses.ipynb")
    meta, moved, planted = names["answers"].meta, names["moved"], names["planted"]
    assert meta["given"]["p_adjusted"] < 0.001
    assert meta["prompts"]["p_adjusted"] > 0.05
    assert planted[moved.index].mean() > 0.6
    assert planted[moved.index].sum() > 0.8 * planted.sum()
    frame = names["this_month"]
    assert frame["response_score"][planted].median() > frame["response_score"][~planted].quantile(0.9)
    assert len(frame["response_distance"]) == len(planted)
