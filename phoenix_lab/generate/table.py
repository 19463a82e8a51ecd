"""Rows of a dataframe as vectors, without any model from elsewhere: each column says as much as any other, whatever its kind.

Principal components of mixed data with columns of equal weight: numbers are centred at their median and divided by their robust deviation, categories are centred indicators, divided so
that those of a column have variance 1 together. Numbers are pulled in beyond three deviations, so that no outlier is all that a row
says, and a missing value is the usual one plus a mark. Texts, and categories of many values, are components of their tf-idf. `docs/performance.md` has the comparison with skrub.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from phoenix_lab.generate.model import EmbeddingError
from phoenix_lab.inferences.frame import Frame
from phoenix_lab.inferences.inferences import Inferences
from phoenix_lab.inferences.schema import Role
from phoenix_lab.profiles.time import instants

Floats = NDArray[np.float64]

DIMENSIONS = 64
_LEVELS = 40
"""Categories of a column beyond these are compared as texts."""
_TEXT_DIMENSIONS = 16
_FITTED = 50_000
"""Rows that the usual values and components are found on."""
_ROLES: frozenset[Role] = frozenset({"feature", "tag", "raw_data", "prompt", "response", "document"})


@dataclass(frozen=True)
class _Number:
    """A column of numbers: what is usual."""

    centre: float
    scale: float
    missing: float

    @classmethod
    def fit(cls, values: Floats) -> _Number:
        here = values[np.isfinite(values)]
        low, centre, high = np.percentile(here, [25, 50, 75]) if len(here) else (0.0, 0.0, 0.0)
        scale = (high - low) / 1.349 or (here.std() if len(here) else 0.0)
        return cls(float(centre), float(scale) or 1.0, 1 - len(here) / max(1, len(values)))

    def transform(self, values: Floats) -> Floats:
        """Return (n, 1), or (n, 2) where values may be missing."""
        there = np.isfinite(values)
        z = np.where(there, (values - self.centre) / self.scale, 0.0)
        z = z / np.sqrt(1 + (z / 3) ** 2)
        mark = (~there - self.missing) / 2
        return np.column_stack([z, mark] if self.missing > 0 else [z])


@dataclass(frozen=True)
class _Texts:
    """The values of a column as different texts, and which of them each row has; what is missing is a text of its own."""

    different: list[str]
    codes: NDArray[np.int64]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _Texts:
        encoded = pc.fill_null(_plain(column).cast(pa.string()), "").combine_chunks().dictionary_encode()
        return cls(encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64))

    @property
    def shares(self) -> Floats:
        """How often each is."""
        return np.bincount(self.codes, minlength=len(self.different)) / max(1, len(self.codes))


class _Levels:
    """A column of few categories, and how often each is."""

    def __init__(self, texts: _Texts) -> None:
        self._places = {level: i for i, level in enumerate(texts.different)}
        self._shares = texts.shares
        # E|indicator - shares|² = 1 - Σ shares²
        self._scale = float(np.sqrt(max(0.0, 1 - (self._shares**2).sum()))) or 1.0

    def transform(self, texts: _Texts) -> Floats:
        """Return (n, levels); a category that was never seen is none of them."""
        places = np.array([self._places.get(level, -1) for level in texts.different])
        of_level = ((places[:, None] == np.arange(len(self._places))) - self._shares) / self._scale
        return np.asarray(of_level[texts.codes])


class _Words:
    """A column of texts, or of many categories: components of tf-idf, found on the different values."""

    def __init__(self, texts: _Texts) -> None:
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer

        is_prose = sum(map(len, texts.different)) >= 40 * len(texts.different)
        self._tfidf: Any = (
            TfidfVectorizer(sublinear_tf=True, max_features=30_000)
            if is_prose
            else TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, max_features=20_000)
        )
        counts = self._tfidf.fit_transform(texts.different)
        n = min(_TEXT_DIMENSIONS * (2 if is_prose else 1), *(size - 1 for size in counts.shape))
        self._svd: Any = TruncatedSVD(n, random_state=0).fit(counts) if n > 0 else None
        found = self._components(texts.different)
        self._centre = texts.shares @ found
        self._scale = float(np.sqrt(texts.shares @ ((found - self._centre) ** 2).sum(axis=1))) or 1.0

    def _components(self, different: list[str]) -> Floats:
        if self._svd is None:
            return np.zeros((len(different), 1))
        return np.asarray(self._svd.transform(self._tfidf.transform(different)))

    def transform(self, texts: _Texts) -> Floats:
        """Return (n, components)."""
        return ((self._components(texts.different) - self._centre) / self._scale)[texts.codes]


class TableEmbedder:
    """What is usual in a dataframe, and the vectors of rows by that. See `fitted`.

    Parameters
    ----------
    frame
        The rows that it is fitted on.
    dimensions
        Most numbers of a vector.
    """

    def __init__(self, frame: Frame, dimensions: int) -> None:
        from sklearn.decomposition import PCA

        step = max(1, -(-frame.n_rows // _FITTED))
        some = frame.table.take(np.arange(0, frame.n_rows, step)) if step > 1 else frame.table
        self._parts: dict[str, _Number | _Levels | _Words] = {}
        for name in some.column_names:
            column = some.column(name)
            kind = frame.info(name).kind
            if kind in {"number", "time"}:
                self._parts[name] = _Number.fit(_numbers(column, name, kind))
            else:
                texts = _Texts.of(column)
                few = kind != "text" and len(texts.different) <= _LEVELS
                self._parts[name] = _Levels(texts) if few else _Words(texts)
        self._kinds = {name: frame.info(name).kind for name in self._parts}
        X = self._wide(some)
        n = min(dimensions, *X.shape)
        X = X if len(X) > 1 else np.repeat(X, 2, axis=0)  # one row is as usual as can be: 0 in every direction
        with np.errstate(invalid="ignore"):  # shares of a variance of 0, which nobody asks for
            self._pca: Any = PCA(n, random_state=0, svd_solver="covariance_eigh").fit(X)

    @classmethod
    def fitted(cls, data: Any, columns: Sequence[str] | None, dimensions: int | None) -> TableEmbedder:
        """Fit on a dataframe.

        Raises
        ------
        EmbeddingError
            It has no rows, or no column that could count.
        """
        frame = _read(data, columns)
        if frame.n_rows == 0:
            raise EmbeddingError("There are no rows to fit on.")
        return cls(frame, dimensions or DIMENSIONS)

    @property
    def names(self) -> list[str]:
        """The columns that count."""
        return list(self._parts)

    def transform(self, data: Any) -> NDArray[np.float32]:
        """Return the vectors of the rows of a dataframe, (n, d)."""
        frame = _read(data, self.names)
        blocks = [
            self._pca.transform(self._wide(frame.table.slice(start, _FITTED)))
            for start in range(0, frame.n_rows, _FITTED)
        ]
        empty = np.empty((0, self._pca.n_components_))
        return np.concatenate([empty, *blocks]).astype(np.float32)

    def _wide(self, table: pa.Table) -> Floats:
        found = []
        for name, part in self._parts.items():
            column = table.column(name)
            if isinstance(part, _Number):
                try:
                    numbers = _numbers(column, name, self._kinds[name])
                except pa.ArrowInvalid:
                    raise EmbeddingError(
                        f'"{name}" holds {self._kinds[name]}s where it was fitted, and others here'
                    ) from None
                found.append(part.transform(numbers))
            else:
                found.append(part.transform(_Texts.of(column)))
        return np.hstack(found)


def rows_as_texts(data: Any, columns: Sequence[str] | None) -> list[str | None]:
    """Return each row as text, ``name: value`` line by line, without the values that are missing; None where all are."""
    table = _read(data, columns).table
    lists = {name: _plain(table.column(name)).to_pylist() for name in table.column_names}
    found: list[str | None] = []
    for values in zip(*lists.values(), strict=True):
        pairs = zip(lists, values, strict=True)
        found.append("\n".join(f"{name}: {value}" for name, value in pairs if value is not None) or None)
    return found


def _read(data: Any, columns: Sequence[str] | None) -> Frame:
    """Return the columns that count: those named, or all that say something of a row."""
    inferences = data if isinstance(data, Inferences) else Inferences(data)
    if columns is None:
        columns = [
            c.name
            for c in inferences.columns
            if c.role in _ROLES and c.problem is None and c.kind not in {"vector", "other"}
        ]
    try:
        frame = inferences.frame(columns, name="the dataframe")
    except KeyError as error:
        raise EmbeddingError(str(error.args[0])) from None
    left = set(columns) - set(frame.table.column_names)
    vectors = [name for name in frame.table.column_names if pa.types.is_fixed_size_list(frame.table.column(name).type)]
    if left or vectors or not columns:
        what = ", ".join(f'"{name}"' for name in sorted([*left, *vectors]))
        told = f"{what} cannot be embedded" if what else "There is no column to embed"
        raise EmbeddingError(f"{told}: numbers, categories, times and texts can be")
    return frame


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _numbers(column: pa.ChunkedArray, name: str, kind: str) -> Floats:
    if kind == "time" and not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        axis = instants(column, name)
        found = np.full(len(column), np.nan)
        found[axis.present] = axis.instants
        return found
    return np.asarray(pc.cast(column, pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)
