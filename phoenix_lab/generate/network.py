"""Models of transformers on this machine: where they lie, on which device they run, in which precision."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.model import EmbeddingError

Sort = Literal["image", "both", "causal", "text"]
"""What a model reads: images; images and texts, into one space; texts, word by word; texts."""

_BOTH = ("clip", "siglip", "align", "altclip", "chinese_clip", "metaclip", "blip-2")
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


def cached() -> Iterator[tuple[str, Path]]:
    """Yield name and folder of the models of transformers in that cache, each once; of sentence-transformers those like CLIP, which are such models in a folder of theirs."""
    seen = set()
    for snapshot in sorted(hub().glob("models--*/snapshots/*")):
        name = snapshot.parents[1].name.removeprefix("models--").replace("--", "/")
        folder = snapshot / _CLIP if (snapshot / "modules.json").exists() else snapshot
        if name not in seen and (folder / "config.json").exists():
            seen.add(name)
            yield name, folder


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
    if kind in _BOTH or kind.startswith(("clip", "siglip")):
        return "both"
    if kind in _IMAGES:
        return "image"
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


def placed(model: Any, extra: str) -> tuple[Any, str]:
    """Return a model on the GPU in half precision where there is one, else on the CPU in full; and the device."""
    torch = needed("torch", extra)
    if torch.cuda.is_available():
        return model.to("cuda", torch.float16).eval(), "cuda"
    # On a CPU half precision is slower, and on Apple's GPUs not all models have it.
    mps = getattr(torch.backends, "mps", None)
    device = "mps" if mps is not None and mps.is_available() else "cpu"
    return model.to(device, torch.float32).eval(), device
