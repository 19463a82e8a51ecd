"""Models of transformers on this machine: where they lie, on which device they run, in which precision."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.model import EmbeddingError, digest, files_of

Sort = Literal["image", "both", "causal", "text"]
"""What a model reads: images; images and texts, into one space; texts, word by word; texts."""

_BOTH = ("clip", "siglip", "align", "altclip", "chinese_clip", "metaclip")
_IMAGES = (
    "vit",
    "dinov2",
    "dinov3",
    "deit",
    "beit",
    "convnext",
    "convnextv2",
    "swin",
    "swinv2",
    "resnet",
    "mobilevit",
    "efficientnet",
    "mobilenet_v2",
)


_CLIP = "0_CLIPModel"
"""Where sentence-transformers keeps a model like CLIP."""


def hub() -> Path:
    """Return the folder in which Hugging Face keeps models on this disk."""
    home = Path(os.environ.get("HF_HOME") or "~/.cache/huggingface").expanduser()
    return Path(os.environ.get("HF_HUB_CACHE") or home / "hub")


def snapshots() -> Iterator[tuple[str, list[Path]]]:
    """Yield the name of each model in that cache and the folders of its revisions: first the one that "main" is, then the newest."""
    for model in sorted(hub().glob("models--*")):
        try:
            main = (model / "refs" / "main").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            main = ""
        folders = [one for one in (model / "snapshots").glob("*") if one.is_dir()]
        folders.sort(key=lambda one: (one.name != main, -one.stat().st_mtime, one.name))
        yield model.name.removeprefix("models--").replace("--", "/"), folders


def cached() -> Iterator[tuple[str, Path]]:
    """Yield name and folder of the models of transformers in that cache, each once; of sentence-transformers those like CLIP, which are such models in a folder of theirs."""
    for name, folders in snapshots():
        for snapshot in folders:
            folder = snapshot / _CLIP if (snapshot / "modules.json").exists() else snapshot
            if (folder / "config.json").exists():
                yield name, folder
                break


def told(folder: Path) -> dict[str, Any]:
    """Return the configuration of a model; empty where there is none that can be read."""
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def sort_of(config: dict[str, Any]) -> Sort | None:
    """Return what a model reads by its configuration; None where it is no model of transformers."""
    kind = str(config.get("model_type") or "")
    if not kind or kind == "model2vec":
        return None
    if kind.endswith("_vision_model"):
        return "image"
    if kind.endswith("_text_model"):
        return "text"
    if kind in _BOTH or kind.startswith(("clip", "siglip")):
        return "both"
    if kind in _IMAGES:
        return "image"
    if "vision_config" in config:  # answers in words
        return None
    causal = any(str(name).endswith(("CausalLM", "LMHeadModel")) for name in config.get("architectures") or ())
    return "causal" if causal else "text"


def folder_of(name: str, *, download: bool) -> str:
    """Return what transformers loads: a folder, one of the cache, or with `download` the name.

    Raises
    ------
    EmbeddingError
        It does not lie on this disk.
    """
    if Path(name).is_dir():
        inner = Path(name) / _CLIP
        return str(inner) if inner.is_dir() else name
    found = dict(cached()).get(name)
    if found is not None:
        return str(found)
    if download:
        return name
    known = ", ".join(f'"{one}"' for one, _ in cached()) or "none"
    raise EmbeddingError(
        f'No model "{name}" lies on this disk (models of transformers here: {known}); download=True fetches it'
    )


def loaded(kind: str, name: str, extra: str, *, download: bool, **more: Any) -> Any:
    """Return a part of a model, such as "AutoModel", from this disk unless it may be downloaded; no code of the model's own is run.

    Raises
    ------
    MissingPackageError
        torch or transformers is not installed.
    EmbeddingError
        It cannot be loaded.
    """
    needed("torch", extra)
    transformers = needed("transformers", extra)
    try:
        return getattr(transformers, kind).from_pretrained(
            folder_of(name, download=download), local_files_only=not download, trust_remote_code=False, **more
        )
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise EmbeddingError(f"{name} cannot be loaded: {' '.join(str(error).split())[:300]}") from error


def identity_of(folder: str, model: Any) -> str | None:
    """Return what the vectors of a model depend on: its files, or the commit of a name, and its precision; None where it cannot be known again."""
    commit = getattr(model.config, "_commit_hash", None)
    path = Path(folder)
    if not path.is_dir() and commit is None:
        return None
    return f"{digest(files_of(path)) if path.is_dir() else f'{folder} {commit}'} {model.dtype}"


def placed(model: Any, extra: str) -> tuple[Any, str]:
    """Return a model on the GPU in half precision where there is one, else on the CPU in full; and the device."""
    torch = needed("torch", extra)
    if torch.cuda.is_available():
        # What was trained in bfloat16 may be beyond the numbers of float16.
        own = {str(getattr(model.config, name, None)) for name in ("dtype", "torch_dtype")} | {str(model.dtype)}
        half = torch.bfloat16 if any(one.endswith("bfloat16") for one in own) else torch.float16
        return model.to("cuda", half).eval(), "cuda"
    # On a CPU half precision is slower, and on Apple's GPUs not all models have it.
    mps = getattr(torch.backends, "mps", None)
    device = "mps" if mps is not None and mps.is_available() else "cpu"
    return model.to(device, torch.float32).eval(), device
