"""`steering_layers`: the direction from one selection to another in the hidden states of a language model, and the model steered by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from phoenix_lab.embeddings.directions import DirectionMethod, direction, separation
from phoenix_lab.embeddings.drift import unit_codes
from phoenix_lab.generate.extras import needed
from phoenix_lab.generate.hidden import EXTRA, LONGEST
from phoenix_lab.generate.network import loaded, placed
from phoenix_lab.generate.progress import Progress
from phoenix_lab.stats.multiplicity import holm
from phoenix_lab.stats.verdict import ALPHA
from phoenix_lab.training.duplicates import plain
from phoenix_lab.training.source import Source, TrainingError

_BATCH = 8
_MOST = 1_000
"""Texts of either side that a model reads; of more, these are drawn."""


@dataclass(frozen=True, eq=False)
class CausalModel:
    """A language model whose layers can be read and added to.

    Parameters
    ----------
    name
        A folder, or the name of a model in the cache of Hugging Face.
    model, tokenizer
        Of transformers.
    device
        Where it runs.
    blocks
        Its layers, the first is number 1.
    """

    name: str
    model: Any = field(repr=False)
    tokenizer: Any = field(repr=False)
    device: str
    blocks: Sequence[Any] = field(repr=False)

    @classmethod
    def of(cls, name: str, *, download: bool = False) -> CausalModel:
        """Load a model; raises `MissingPackageError` with the line that installs what is missing, `EmbeddingError` where it does not lie on this disk."""
        tokenizer = loaded("AutoTokenizer", name, EXTRA, download=download)
        model, device = placed(loaded("AutoModelForCausalLM", name, EXTRA, download=download), EXTRA)
        return cls(name, model, tokenizer, device, _blocks(model, name))

    def tokens(self, texts: Sequence[str]) -> tuple[Any, Any]:
        """Return numbers of tokens and a mask of those that are there, (n, width) each; what is missing stands before a text, so that all end together."""
        torch = needed("torch", EXTRA)
        ids = [self.tokenizer(text, truncation=True, max_length=self.longest)["input_ids"] for text in texts]
        width = max(1, *map(len, ids))
        pad = self.tokenizer.pad_token_id or 0
        found = torch.full((len(ids), width), pad, dtype=torch.long)
        mask = torch.zeros((len(ids), width), dtype=torch.long)
        for i, own in enumerate(ids):
            found[i, width - len(own) :] = torch.tensor(own, dtype=torch.long)
            mask[i, width - len(own) :] = 1
        return found.to(self.device), mask.to(self.device)

    @property
    def longest(self) -> int:
        """How many tokens it reads."""
        return min(int(getattr(self.model.config, "max_position_embeddings", LONGEST)), LONGEST)

    def hidden(self, texts: Sequence[str], pooling: Literal["last", "mean"]) -> NDArray[np.float32]:
        """Return what each layer passes on of the last token of each text, or of all on average, (layers, n, d): before any norm at the end, which is where a direction is added."""
        torch = needed("torch", EXTRA)
        ids, mask = self.tokens(texts)
        positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
        found: list[Any] = [None] * len(self.blocks)

        def keeps(at: int) -> Any:
            def hook(_module: Any, _given: Any, output: Any) -> None:
                states = _states(output)
                weights = mask.unsqueeze(-1).to(states.dtype)
                pooled = states[:, -1] if pooling == "last" else (states * weights).sum(1) / weights.sum(1).clamp(min=1)
                found[at] = pooled.float().cpu()

            return hook

        handles = [block.register_forward_hook(keeps(i)) for i, block in enumerate(self.blocks)]
        try:
            with torch.inference_mode():
                self.model(input_ids=ids, attention_mask=mask, position_ids=positions)
        finally:
            for handle in handles:
                handle.remove()
        return np.stack([one.numpy() for one in found])

    @contextmanager
    def adding(self, layer: int, vector: NDArray[np.float32]) -> Iterator[None]:
        """Add a vector to what a layer passes on, of every token, as long as the `with` statement lasts."""
        torch = needed("torch", EXTRA)

        def hook(_module: Any, _given: Any, output: Any) -> Any:
            states = _states(output)
            more = states + torch.as_tensor(vector, dtype=states.dtype, device=states.device)
            return (more, *output[1:]) if isinstance(output, tuple) else more

        handle = self.blocks[layer - 1].register_forward_hook(hook)
        try:
            yield
        finally:
            handle.remove()

    def continued(self, prompt: str, max_new_tokens: int) -> str:
        """Return what the model says after a prompt: the likeliest token each time, so that the same gives the same."""
        torch = needed("torch", EXTRA)
        ids, mask = self.tokens([prompt])
        room = self.longest - max_new_tokens
        if room < 1:
            raise TrainingError(f"max_new_tokens={max_new_tokens:,} is more than {self.name} has room for.")
        ids, mask = ids[:, -room:], mask[:, -room:]
        with torch.inference_mode():
            said = self.model.generate(
                input_ids=ids,
                attention_mask=mask,
                max_new_tokens=max_new_tokens,
                do_sample=False,
                pad_token_id=self.tokenizer.pad_token_id or 0,
            )
        return str(self.tokenizer.decode(said[0, ids.shape[1] :], skip_special_tokens=True))


@dataclass(frozen=True, eq=False)
class SteeringLayers:
    """Directions in the layers of a language model, and the model.

    Parameters
    ----------
    model
        Which.
    vectors
        Layer (from 1) → float32 (d,), from the mean of the negative texts to that of the positive ones: added once it moves the one to the other.
    table
        One row a layer: `layer`, `auc` of texts whose direction was found on others, `auc_lower`, `auc_upper` (90 %), `p_value`, `p_adjusted` (Holm, over the layers), `reason`.
    best
        The layer with the highest AUC.
    facts
        How it was made.
    """

    model: CausalModel
    vectors: Mapping[int, NDArray[np.float32]] = field(repr=False)
    table: pa.Table
    best: int
    facts: Mapping[str, Any]

    @contextmanager
    def steering(self, strength: float, layer: int | None = None) -> Iterator[Any]:
        """Steer the model as long as the `with` statement lasts, and give it: whatever it generates then has the direction added.

        Parameters
        ----------
        strength
            How often the vector is added; below 0 away from the positive texts, 0 not at all.
        layer
            Which; None is the best.
        """
        at = self.best if layer is None else layer
        if at not in self.vectors:
            raise TrainingError(f"There is no direction in layer {at}; there are {', '.join(map(str, self.vectors))}.")
        if not np.isfinite(strength):
            raise TrainingError(f"strength is a number; this is {strength}.")
        with self.model.adding(at, (self.vectors[at] * strength).astype(np.float32)):
            yield self.model.model

    def side_by_side(
        self,
        prompts: str | Sequence[str],
        strengths: Sequence[float] = (-2, 0, 2),
        *,
        layer: int | None = None,
        max_new_tokens: int = 40,
    ) -> pa.Table:
        """Return what the model says after prompts, without and with the direction: a row each prompt, a column each strength.

        Parameters
        ----------
        prompts
            A few texts.
        strengths
            How often the vector is added; 0 is the model as it is.
        layer
            Which; None is the best.
        max_new_tokens
            How much it says.
        """
        texts = [prompts] if isinstance(prompts, str) else list(prompts)
        if not texts or not all(isinstance(one, str) and one.strip() for one in texts):
            raise TrainingError("prompts are one or more texts that are not empty.")
        if not len(strengths):
            raise TrainingError("strengths are one or more numbers, such as (-2, 0, 2).")
        columns: dict[str, list[str]] = {"prompt": texts}
        for strength in dict.fromkeys(map(float, strengths)):
            with self.steering(strength, layer):
                columns[f"{strength:+g}" if strength else "0"] = [
                    self.model.continued(one, max_new_tokens) for one in texts
                ]
        return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})

    def __repr__(self) -> str:
        """Say where it is strongest, and how sure that is."""
        row = next(one for one in self.table.to_pylist() if one["layer"] == self.best)
        return "\n".join(
            [
                f"SteeringLayers of {self.model.name}, {len(self.vectors)} of {self.table.num_rows} layers tell the texts apart",
                f"best: layer {self.best}, AUC {row['auc']:.2f} ({row['auc_lower']:.2f} to {row['auc_upper']:.2f}) on texts that it has not seen",
                *self.facts["notes"],
            ]
        )


def steering_layers(
    positive: Any,
    negative: Any,
    model: str | CausalModel,
    text: str | None = None,
    *,
    method: DirectionMethod = "difference",
    pooling: Literal["last", "mean"] = "last",
    unit: str | None = None,
    download: bool = False,
    quiet: bool = False,
    seed: int = 0,
) -> SteeringLayers:
    """Return, layer by layer, the direction in a language model that leads from the negative texts to the positive ones, and the model to be steered by it.

    As `steering_vector`, of hidden states in the place of an embedding. Needs `pip install 'phoenix_lab[llm]'`; nothing leaves this machine.

    Parameters
    ----------
    positive, negative
        Two selections: dataframes of any kind.
    model
        A folder, the name of a causal model in the cache of Hugging Face, or one that was used before (`.model`).
    text
        The column that is read; None is the one that holds texts by its role.
    method
        "difference" of means, which is what is added; or "probe", whose direction has the length of that difference.
    pooling
        What of a text is taken: its last token, for which the model has read everything, or the mean.
    unit
        A column in both whose rows hang together.
    download
        Whether the model may be fetched.
    quiet
        Show no progress.
    seed
        Of the halves and draws.

    Raises
    ------
    MissingPackageError
        torch or transformers is not installed; the message has the line that installs it.
    EmbeddingError
        The model does not lie on this disk.
    TrainingError
        No texts, too few, the same ones, or no layer tells them apart.
    """
    if method not in {"difference", "probe"} or pooling not in {"last", "mean"}:
        raise TrainingError(
            f'method is "difference" or "probe", pooling "last" or "mean"; these are {method!r} and {pooling!r}.'
        )
    needed("torch", EXTRA)
    needed("transformers", EXTRA)
    rng = np.random.default_rng(seed)
    notes: list[str] = []
    sides = _read((Source.of(negative, "negative"), Source.of(positive, "positive")), text, unit, rng, notes)
    network = model if isinstance(model, CausalModel) else CausalModel.of(model, download=download)
    X = [_hidden(network, texts, pooling, quiet=quiet) for texts, _ in sides]
    units = unit_codes(*(np.array(of, dtype=object) for _, of in sides))
    rows: list[dict[str, Any]] = []
    vectors: dict[int, NDArray[np.float32]] = {}
    for at in range(len(network.blocks)):
        low, high = (one[at].astype(np.float64) for one in X)
        found = separation(low, high, units, method, np.random.default_rng(seed))
        line = direction(low, high, method, np.random.default_rng(seed))
        told = dict.fromkeys(("auc", "auc_lower", "auc_upper", "p_value"))
        reason = found if isinstance(found, str) else None
        if line is None:
            reason = reason or "the two groups have the same mean"
        elif not isinstance(found, str):
            told = {"auc": found.auc, "auc_lower": found.lower, "auc_upper": found.upper, "p_value": found.p_value}
            length = float(np.linalg.norm(high.mean(axis=0) - low.mean(axis=0)))
            vectors[at + 1] = (line.vector * length).astype(np.float32)
        rows.append({"layer": at + 1, **told, "reason": reason})
    adjusted = holm([row["p_value"] for row in rows])
    rows = [row | {"p_adjusted": p} for row, p in zip(rows, adjusted, strict=True)]
    sure = [row for row in rows if row["p_adjusted"] is not None and row["p_adjusted"] < ALPHA]
    if not sure:
        why = next((row["reason"] for row in rows if row["reason"]), None)
        raise TrainingError(
            f"No layer of {network.name} tells the two selections apart better than by chance"
            f"{f': {why}' if why else ', on texts that the direction has not seen'}. Take more rows, or rows that differ more."
        )
    best = max(sure, key=lambda row: (row["auc"], -row["layer"]))["layer"]
    kept = {row["layer"]: vectors[row["layer"]] for row in sure}
    schema = pa.schema(
        [
            ("layer", pa.int32()),
            *((name, pa.float64()) for name in ("auc", "auc_lower", "auc_upper", "p_value", "p_adjusted")),
            ("reason", pa.string()),
        ]
    )
    facts = {
        "model": network.name,
        "method": method,
        "pooling": pooling,
        "n_negative": len(sides[0][0]),
        "n_positive": len(sides[1][0]),
        "unit": unit,
        "seed": seed,
        "notes": notes,
    }
    return SteeringLayers(network, kept, pa.Table.from_pylist(rows, schema), best, facts)


_Side = tuple[list[str], list[str | None]]
"""Texts, and the unit of each."""


def _read(
    sources: tuple[Source, Source], text: str | None, unit: str | None, rng: np.random.Generator, notes: list[str]
) -> list[_Side]:
    sides: list[_Side] = []
    for source in sources:
        if source.n == 0:
            raise TrainingError(f"{source.name} has no rows.")
        column = (
            text
            or source.first_in("prompt", "raw_data", "document")
            or next((c.name for c in source.inferences.columns if c.kind == "text" and c.problem is None), None)
        )
        if column is None:
            raise TrainingError(
                f"{source.name} has no column of texts: text=… names one. It has {', '.join(source.columns[:12])}."
            )
        texts = source.texts(column)
        units = texts if unit is None else source.texts(unit)
        # Without a unit, what says the same is one.
        there = [
            (one, plain(one) if unit is None else of) for one, of in zip(texts, units, strict=True) if one is not None
        ]
        sides.append(([one for one, _ in there], [of for _, of in there]))
    shared = {plain(one) for one in sides[0][0]} & {plain(one) for one in sides[1][0]}
    if shared:
        n = [sum(plain(one) in shared for one in texts) for texts, _ in sides]
        if all(count == len(texts) for count, (texts, _) in zip(n, sides, strict=True)):
            raise TrainingError("The two selections hold the same texts: there is no way from one to the other.")
        notes.append(f"{n[1]:,} positive and {n[0]:,} negative rows whose text is in both are left out")
    result: list[_Side] = []
    for (said, units), source in zip(sides, sources, strict=True):
        rows = np.array([i for i, one in enumerate(said) if plain(one) not in shared], np.int64)
        if len(rows) > _MOST:
            notes.append(f"of the {len(rows):,} {source.name} texts {_MOST:,} are drawn")
            rows = np.sort(rng.choice(rows, _MOST, replace=False))
        if len(rows) < 2:
            raise TrainingError(
                f"{source.name} has {'a single text' if len(rows) else 'no text'} that the other has not: too few for a direction."
            )
        result.append(([said[i] for i in rows], [units[i] for i in rows]))
    return result


def _hidden(
    network: CausalModel, texts: Sequence[str], pooling: Literal["last", "mean"], *, quiet: bool
) -> NDArray[np.float32]:
    """Return hidden states by batches of texts that are about as long, (layers, n, d)."""
    order = np.argsort([len(one) for one in texts], kind="stable")
    progress = Progress("read", quiet=quiet)
    found: NDArray[np.float32] | None = None
    for start in range(0, len(order), _BATCH):
        rows = order[start : start + _BATCH]
        part = network.hidden([texts[i] for i in rows], pooling)
        if found is None:
            found = np.empty((part.shape[0], len(texts), part.shape[2]), np.float32)
        found[:, rows] = part
        progress.tell(min(start + _BATCH, len(order)), len(order))
    if progress.is_shown:
        progress.end(f"{len(texts):,} texts read")
    assert found is not None  # noqa: S101 - there is a text
    return found


def _states(output: Any) -> Any:
    return output[0] if isinstance(output, tuple) else output


def _blocks(model: Any, name: str) -> Sequence[Any]:
    """Return the layers of a model: the list of modules that is as long as its configuration says."""
    torch = needed("torch", EXTRA)
    config = model.config.get_text_config() if hasattr(model.config, "get_text_config") else model.config
    n = int(getattr(config, "num_hidden_layers", 0))
    for _, module in model.named_modules():
        if isinstance(module, torch.nn.ModuleList) and len(module) == n > 0:
            return list(module)
    raise TrainingError(f"{name} has no list of layers that a direction could be added to.")
