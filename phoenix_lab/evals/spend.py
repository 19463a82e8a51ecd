"""What judging costs: an estimate before, a limit that is agreed on, and a count while it goes on."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TypeVar

from phoenix_lab.generate.endpoint import EndpointError

BYTES_A_TOKEN = 4
"""As English text has them with the tokenisers of today, roughly; corrected by what an endpoint counts."""
TOKENS_BACK = {True: 90, False: 12}
"""Tokens of a reply with and without explanation, until the first have come."""


class LimitReachedError(EndpointError):
    """A row was not asked about, for the limit would be passed."""


class LimitNeededError(RuntimeError):
    """Nothing was sent, for nobody said how much may be spent."""


@dataclass(frozen=True)
class Limit:
    """How much may be spent: tokens sent and received together, or money by the price. None is no limit."""

    tokens: int | None = None
    cost: float | None = None

    @classmethod
    def given(cls, tokens: int | None, cost: float | None, price: tuple[float, float] | None) -> Limit:
        """Return the limit that somebody names; raises `ValueError` for money without a price, and for what is no amount."""
        if cost is not None and price is None:
            raise ValueError("max_cost needs price=(money for a million tokens sent, for a million received)")
        if price is not None and not (len(price) == 2 and all(_is_amount(one) for one in price)):
            raise ValueError(
                f"price is two numbers from 0 up, money for a million tokens sent and for a million received, not {price!r}"
            )
        # a limit that compares with nothing, such as NaN, would be none
        for name, one in (("max_total_tokens", tokens), ("max_cost", cost)):
            if one is not None and not _is_amount(one):
                raise ValueError(f"{name} is a number from 0 up, not {one!r}")
        return cls(tokens, cost)

    def __bool__(self) -> bool:
        """Whether there is one."""
        return self.tokens is not None or self.cost is not None

    def __str__(self) -> str:
        """In words."""
        told = [] if self.tokens is None else [f"{self.tokens:,} tokens"]
        return " and ".join(told if self.cost is None else [*told, f"{self.cost:g} in money"])


@dataclass(frozen=True)
class Usage:
    """Tokens and money of requests; None where nobody says."""

    sent: int | None = None
    received: int | None = None
    cost: float | None = None

    def __add__(self, other: Usage) -> Usage:
        """Add up what is known."""
        return Usage(_sum(self.sent, other.sent), _sum(self.received, other.received), _sum(self.cost, other.cost))


class Spend:
    """What was spent, and what the requests under way will be, held below a limit. All threads may share it.

    Parameters
    ----------
    limit
        Where to stop.
    price
        Money for a million tokens sent, and for a million received.
    explain
        Whether replies explain themselves.
    """

    def __init__(self, limit: Limit, price: tuple[float, float] | None, *, explain: bool) -> None:
        self.limit = limit
        self.price = price
        self.total = Usage()
        self._received = float(TOKENS_BACK[explain])
        self._ratio = 1.0
        self._n = 0
        self._counted = 0.0
        self._paid = 0.0
        self._requests = 0
        self._under_way = 0.0
        self._cost_under_way = 0.0
        self._changed = threading.Condition()

    def estimate(self, n_bytes: int) -> tuple[float, float]:
        """Return about how many tokens a request of that size sends and receives."""
        return n_bytes / BYTES_A_TOKEN * self._ratio, self._received

    def cost(self, sent: float, received: float) -> float:
        """Return what tokens cost; 0 where no price is known."""
        return 0.0 if self.price is None else (sent * self.price[0] + received * self.price[1]) / 1e6

    def enter(self, n_bytes: int) -> tuple[float, float]:
        """Set aside the tokens that a request will send and receive, and return them; raises `LimitReachedError`."""
        with self._changed:
            while True:
                sent, received = self.estimate(n_bytes)
                cost = self.cost(sent, received)
                tokens_left = self._left(self.limit.tokens, self._counted + sent + received)
                money_left = self._left(self.limit.cost, self._paid + cost)
                if min(tokens_left, money_left) < 0:
                    raise LimitReachedError(f"not asked: the limit of {self.limit} is reached")
                if not self._requests or (self._under_way <= tokens_left and self._cost_under_way <= money_left):
                    break
                self._changed.wait()  # what is under way may take less than was set aside for it
            self._requests += 1
            self._under_way += sent + received
            self._cost_under_way += cost
            return sent, received

    @staticmethod
    def _left(limit: float | None, taken: float) -> float:
        return math.inf if limit is None else limit - taken

    def leave(self, n_bytes: int, set_aside: tuple[float, float], used: Usage | None) -> None:
        """Count what a request did take; None is one that got no answer."""
        with self._changed:
            self._requests -= 1
            self._under_way -= sum(set_aside)
            self._cost_under_way -= self.cost(*set_aside)
            self._changed.notify_all()
            if used is None:
                return
            sent = set_aside[0] if used.sent is None else used.sent
            received = set_aside[1] if used.received is None else used.received
            self._counted += sent + received
            # An endpoint that counts nothing is paid all the same.
            self._paid += self.cost(sent, received) if used.cost is None else used.cost
            self.total = self.total + used
            if used.sent and used.received is not None:
                self._n += 1
                weight = 1 / min(self._n, 50)
                self._received += (received - self._received) * weight
                self._ratio += (sent * BYTES_A_TOKEN / n_bytes - self._ratio) * weight


def _is_amount(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < math.inf


Number = TypeVar("Number", int, float)


def _sum(a: Number | None, b: Number | None) -> Number | None:
    return b if a is None else a if b is None else a + b
