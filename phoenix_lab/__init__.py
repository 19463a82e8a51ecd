"""ML observability inside JupyterLab: what changed, where, how sure, which rows.

Importing this package imports nothing else: what a name needs is imported when the name is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phoenix_lab.engine.result import Result
    from phoenix_lab.engine.rows import rows
    from phoenix_lab.engine.run import run
    from phoenix_lab.evals.agreement import agreement, compare_judges, corrected_rate, label_sample
    from phoenix_lab.evals.criteria import Criterion
    from phoenix_lab.evals.judge import judge
    from phoenix_lab.evals.kept import forget_answers
    from phoenix_lab.evals.phoenix import OpenAIModel, llm_classify, llm_generate, run_evals
    from phoenix_lab.evals.reference import reference_metrics
    from phoenix_lab.generate.embed import embed, embed_pairs
    from phoenix_lab.generate.embedders import embedders
    from phoenix_lab.generate.endpoint import Endpoint
    from phoenix_lab.generate.vectors import forget_vectors
    from phoenix_lab.inferences.batches import Batches
    from phoenix_lab.inferences.inferences import Inferences
    from phoenix_lab.inferences.schema import EmbeddingColumnNames, RetrievalEmbeddingColumnNames, Schema
    from phoenix_lab.inferences.validation import SchemaError
    from phoenix_lab.kernel.session import active_session, close_app, exports, inspect, launch_app
    from phoenix_lab.monitors.check import check
    from phoenix_lab.monitors.models import Limit, Monitor, Suite
    from phoenix_lab.monitors.replay import ReplayError, replay
    from phoenix_lab.monitors.report.write import report
    from phoenix_lab.monitors.suite_file import SuiteError, load_suite
    from phoenix_lab.profiles.conformance import check_engine
    from phoenix_lab.profiles.profile import Profile, ProfileError, profile
    from phoenix_lab.recipes.conditions import (
        AllOf,
        AnyOf,
        AtRows,
        InCluster,
        InLasso,
        Length,
        Missing,
        Not,
        OfSet,
        Range,
        Repeated,
        Values,
    )
    from phoenix_lab.recipes.models import (
        Attribution,
        ClusterMeans,
        ClusterRules,
        Cohort,
        Distribution,
        EmbeddingDrift,
        EmbeddingMap,
        EstimatedPerformance,
        Findings,
        Neighbors,
        Performance,
        Quality,
        ResponseDrift,
        Retrieval,
        Slices,
        Summary,
        TimeSeries,
    )
    from phoenix_lab.recipes.output import RecipeError
    from phoenix_lab.training.finetune import finetune
    from phoenix_lab.training.prompt_trial import PromptTrial
    from phoenix_lab.training.similar import nearest_unlike, similar
    from phoenix_lab.training.source import TrainingError
    from phoenix_lab.training.steering import SteeringVector, steering_vector
    from phoenix_lab.training.steering_layers import SteeringLayers, steering_layers
    from phoenix_lab.training.steering_prompt import SteeringPrompt, steering_prompt
    from phoenix_lab.training.table_file import write_rows
    from phoenix_lab.training.to_label import pick_to_label

    Dataset = Inferences
    __version__: str

_HOME = {
    "Schema": "inferences.schema",
    "EmbeddingColumnNames": "inferences.schema",
    "RetrievalEmbeddingColumnNames": "inferences.schema",
    "SchemaError": "inferences.validation",
    "Inferences": "inferences.inferences",
    "Dataset": "inferences.inferences",
    "Summary": "recipes.models",
    "Distribution": "recipes.models",
    "TimeSeries": "recipes.models",
    "EmbeddingDrift": "recipes.models",
    "EmbeddingMap": "recipes.models",
    "ResponseDrift": "recipes.models",
    "EstimatedPerformance": "recipes.models",
    "Findings": "recipes.models",
    "Neighbors": "recipes.models",
    "ClusterMeans": "recipes.models",
    "ClusterRules": "recipes.models",
    "Performance": "recipes.models",
    "Quality": "recipes.models",
    "Retrieval": "recipes.models",
    "Slices": "recipes.models",
    "Attribution": "recipes.models",
    "Values": "recipes.conditions",
    "Range": "recipes.conditions",
    "Repeated": "recipes.models",
    "Length": "recipes.conditions",
    "Missing": "recipes.conditions",
    "InCluster": "recipes.models",
    "InLasso": "recipes.models",
    "AllOf": "recipes.models",
    "AnyOf": "recipes.models",
    "Not": "recipes.models",
    "AtRows": "recipes.conditions",
    "OfSet": "recipes.conditions",
    "Cohort": "recipes.models",
    "RecipeError": "recipes.output",
    "ReplayError": "monitors.replay",
    "replay": "monitors.replay",
    "report": "monitors.report.write",
    "run": "engine.run",
    "rows": "engine.rows",
    "Result": "engine.result",
    "Criterion": "evals.criteria",
    "OpenAIModel": "evals.phoenix",
    "agreement": "evals.agreement",
    "compare_judges": "evals.agreement",
    "corrected_rate": "evals.agreement",
    "embed": "generate.embed",
    "embed_pairs": "generate.embed",
    "embedders": "generate.embedders",
    "forget_answers": "evals.kept",
    "forget_vectors": "generate.vectors",
    "judge": "evals.judge",
    "label_sample": "evals.agreement",
    "llm_classify": "evals.phoenix",
    "llm_generate": "evals.phoenix",
    "reference_metrics": "evals.reference",
    "run_evals": "evals.phoenix",
    "Endpoint": "generate.endpoint",
    "TrainingError": "training.source",
    "finetune": "training.finetune",
    "nearest_unlike": "training.similar",
    "pick_to_label": "training.to_label",
    "similar": "training.similar",
    "PromptTrial": "training.prompt_trial",
    "SteeringLayers": "training.steering_layers",
    "SteeringPrompt": "training.steering_prompt",
    "SteeringVector": "training.steering",
    "steering_layers": "training.steering_layers",
    "steering_prompt": "training.steering_prompt",
    "steering_vector": "training.steering",
    "write_rows": "training.table_file",
    "Batches": "inferences.batches",
    "check_engine": "profiles.conformance",
    "Profile": "profiles.profile",
    "ProfileError": "profiles.profile",
    "profile": "profiles.profile",
    "check": "monitors.check",
    "load_suite": "monitors.suite_file",
    "Limit": "monitors.models",
    "Monitor": "monitors.models",
    "Suite": "monitors.models",
    "SuiteError": "monitors.suite_file",
    "inspect": "kernel.session",
    "launch_app": "kernel.session",
    "active_session": "kernel.session",
    "close_app": "kernel.session",
    "exports": "kernel.session",
}
"""Name → the module that has it."""
_CALLED = {"Dataset": "Inferences"}
"""Phoenix's old names → ours."""
_GONE = {
    "load_example": "it would fetch data from the network. Read a file with pandas, then px.Inferences(dataframe, schema)",
    "ExampleInferences": "it would fetch data from the network. Read a file with pandas, then px.Inferences(dataframe, schema)",
    "TraceDataset": "traces are Phoenix's own subject; this package is about its inferences",
    "Client": "traces are Phoenix's own subject; this package is about its inferences",
    "delete_all": "nothing is kept that would have to be deleted. px.close_app() lets go of the dataframes",
}
"""Names of Phoenix that are not here, and why."""

__all__ = [
    "AllOf",
    "AnyOf",
    "AtRows",
    "Attribution",
    "Batches",
    "ClusterMeans",
    "ClusterRules",
    "Cohort",
    "Criterion",
    "Dataset",
    "Distribution",
    "EmbeddingColumnNames",
    "EmbeddingDrift",
    "EmbeddingMap",
    "Endpoint",
    "EstimatedPerformance",
    "Findings",
    "InCluster",
    "InLasso",
    "Inferences",
    "Length",
    "Limit",
    "Missing",
    "Monitor",
    "Neighbors",
    "Not",
    "OfSet",
    "OpenAIModel",
    "Performance",
    "Profile",
    "ProfileError",
    "PromptTrial",
    "Quality",
    "Range",
    "RecipeError",
    "Repeated",
    "ReplayError",
    "ResponseDrift",
    "Result",
    "Retrieval",
    "RetrievalEmbeddingColumnNames",
    "Schema",
    "SchemaError",
    "Slices",
    "SteeringLayers",
    "SteeringPrompt",
    "SteeringVector",
    "Suite",
    "SuiteError",
    "Summary",
    "TimeSeries",
    "TrainingError",
    "Values",
    "__version__",
    "active_session",
    "agreement",
    "check",
    "check_engine",
    "close_app",
    "compare_judges",
    "corrected_rate",
    "embed",
    "embed_pairs",
    "embedders",
    "exports",
    "finetune",
    "forget_answers",
    "forget_vectors",
    "inspect",
    "judge",
    "label_sample",
    "launch_app",
    "llm_classify",
    "llm_generate",
    "load_suite",
    "nearest_unlike",
    "pick_to_label",
    "profile",
    "reference_metrics",
    "replay",
    "report",
    "rows",
    "run",
    "run_evals",
    "similar",
    "steering_layers",
    "steering_prompt",
    "steering_vector",
    "write_rows",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        value: Any = _version()
    elif name in _HOME:
        value = getattr(import_module(f"phoenix_lab.{_HOME[name]}"), _CALLED.get(name, name))
    else:
        why = f": {_GONE[name]}" if name in _GONE else ""
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{why}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    """Return the version that the build wrote, or that of the installation, or that of a source tree which was never built."""
    try:
        version: str = import_module("phoenix_lab._version").__version__
    except ImportError:
        import json
        from importlib.metadata import PackageNotFoundError
        from importlib.metadata import version as installed
        from pathlib import Path

        try:
            version = installed("phoenix_lab")
        except PackageNotFoundError:
            version = json.loads((Path(__file__).parents[1] / "package.json").read_text(encoding="utf-8"))["version"]
    return version


def load_ipython_extension(shell: Any) -> None:
    """Mark displayed dataframes in this kernel: `%load_ext phoenix_lab`; JupyterLab does the same by itself."""
    del shell
    from phoenix_lab.kernel.source import load

    load()


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "phoenix-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from phoenix_lab.server.app import PhoenixLab

    return [{"module": "phoenix_lab", "app": PhoenixLab}]


def _load_jupyter_server_extension(server_app: Any) -> None:
    from phoenix_lab.server.app import PhoenixLab

    load: Any = PhoenixLab._load_jupyter_server_extension  # noqa: SLF001 - the server's protocol
    load(server_app)
