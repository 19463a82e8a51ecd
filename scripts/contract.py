"""Write `src/api/contract.ts` from the Python models; `--check` fails when it is out of date.

The recipe and wire models are the one contract between the two halves; their TypeScript types are never typed by hand.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pydantic import TypeAdapter

from phoenix_lab.inferences import schema as inferences
from phoenix_lab.monitors import status
from phoenix_lab.recipes import models as recipes
from phoenix_lab.server import models as wire

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "api" / "contract.ts"

RECIPES = (
    recipes.Summary,
    recipes.Distribution,
    recipes.TimeSeries,
    recipes.EmbeddingMap,
    recipes.Neighbors,
    recipes.ClusterRules,
    recipes.Performance,
    recipes.EstimatedPerformance,
    recipes.Quality,
    recipes.Findings,
    recipes.Slices,
    recipes.Attribution,
)
INFERENCES = (inferences.Schema, inferences.ColumnInfo, inferences.Correction)
WIRE = (
    wire.FrameListing,
    wire.KernelState,
    wire.Change,
    wire.Frames,
    wire.InferencesRequest,
    wire.InferencesModel,
    wire.ColumnsRequest,
    wire.LabelsRequest,
    wire.ImagesRequest,
    wire.LabelsModel,
    wire.RolesRequest,
    wire.AnalysisRequest,
    wire.AnalysisModel,
    wire.AnalysisEvent,
    wire.ExportRequest,
    wire.ExportModel,
    wire.Problem,
    status.WindowStatus,
    status.SeriesStatus,
    status.HistoryStatus,
)
ANSWERS = (
    inferences.ColumnInfo,
    wire.FrameListing,
    wire.KernelState,
    wire.Change,
    wire.Frames,
    wire.InferencesModel,
    wire.LabelsModel,
    wire.AnalysisModel,
    wire.AnalysisEvent,
    wire.ExportModel,
    wire.Problem,
    status.WindowStatus,
    status.SeriesStatus,
    status.HistoryStatus,
)


def _tidy(node: object) -> object:
    """Say in draft-07 what pydantic says in 2020-12; drop the titles of fields, which would each become a type of its own."""
    if isinstance(node, list):
        return [_tidy(value) for value in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidy(value) for key, value in node.items() if not (key == "title" and isinstance(value, str))}
    if "prefixItems" in tidy:
        tidy["items"] = tidy.pop("prefixItems")
    properties = tidy.get("properties")
    if isinstance(properties, dict):
        # The tag that tells the recipes apart is always there; so is every field of an answer.
        tags = [name for name, value in properties.items() if isinstance(value, dict) and "const" in value]
        tidy["required"] = sorted({*tidy.get("required", []), *tags})
    return tidy


def json_schema() -> dict[str, object]:
    """Return one JSON schema whose definitions are all the models."""
    inputs = [(i, "serialization", TypeAdapter(model)) for i, model in enumerate((*RECIPES, *INFERENCES, *WIRE))]
    _, schema = TypeAdapter.json_schemas(inputs, ref_template="#/definitions/{model}")
    definitions = {name: _tidy(value) for name, value in schema["$defs"].items()}
    for model in ANSWERS:
        definition = definitions[model.__name__]
        definition["required"] = sorted(definition["properties"])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Contract",
        "type": "object",
        "additionalProperties": False,
        "definitions": definitions,
        "properties": {name: {"$ref": f"#/definitions/{name}"} for name in sorted(definitions)},
        "required": sorted(definitions),
    }


def generate() -> str:
    """Return the text of `contract.ts`."""
    script = ROOT / "scripts" / "contract.mjs"
    done = subprocess.run(
        ["node", str(script)], input=json.dumps(json_schema()), text=True, capture_output=True, check=True, cwd=ROOT
    )
    return done.stdout


def main() -> int:
    """Write the file, or with `--check` compare it."""
    text = generate()
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            print("src/api/contract.ts is out of date: run `jlpm contract`", file=sys.stderr)
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
