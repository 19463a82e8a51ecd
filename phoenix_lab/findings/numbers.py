"""How numbers are written, as `src/charts/format.ts` writes them."""

from __future__ import annotations

import re

THIN, MINUS = "\u202f", "\u2212"
LARGE = ((1e12, "tn"), (1e9, "bn"), (1e6, "M"))


def share(value: float | None) -> str:
    """Return a share: `8.7 %`."""
    if value is None:
        return "\u2014"
    if value in {0, 1}:
        return f"{value * 100:.0f}{THIN}%"
    text = "<.1" if value < 0.0005 else ">99.9" if value >= 0.9995 else _bare(f"{value * 100:.1f}")
    return f"{text}{THIN}%"


def measure(value: float) -> str:
    """Return a number to three digits: `.832`, `1.73`, `4 856`, `4.5 bn`."""
    size = abs(value)
    sign = MINUS if value < 0 else ""
    if size == 0:
        return "0"
    if size < 1e-3 or size >= 1e15:
        mantissa, _, power = f"{size:.2e}".partition("e")
        return f"{sign}{float(mantissa):g}e{MINUS if int(power) < 0 else ''}{abs(int(power))}"
    for unit, word in LARGE:
        if size >= unit * 0.9995:
            return f"{sign}{float(f'{size / unit:.3g}'):g}{THIN}{word}"
    if size >= 1000:
        return sign + f"{round(size) if size < 1e5 else float(f'{size:.3g}'):,.0f}".replace(",", THIN)
    return sign + _bare(f"{float(f'{size:.3g}'):g}")


def estimate(value: float, beside: float | None = None) -> str:
    """Return a divergence or a score with two decimals: `.57`, `1.73`; `.003` where these would make it zero.

    With as many as tell it from a limit `beside` it: `.104` where that is `.10`.
    """
    size = abs(value)
    if size >= 1000:
        return measure(value)
    if 0 < size < 0.0005:
        return f">{MINUS}.001" if value < 0 else "<.001"
    digits = 0 if size >= 99.95 else 1 if size >= 9.995 else 3 if 0 < size < 0.005 else 2
    if beside is not None and value != beside and f"{value:.{digits}f}" == f"{beside:.{digits}f}":
        digits = next((n for n in (3, 4) if f"{value:.{n}f}" != f"{beside:.{n}f}"), digits)
    text = f"{size:.{digits}f}"
    return (MINUS if value < 0 and text.strip("0.") else "") + _bare(text)


def decimals(value: float) -> str:
    """Return a number about as large as 1 with three decimals, as metrics are written: `.744`, `−.039`."""
    size = abs(value)
    if size >= 9.9995:
        return measure(value)
    if 0 < size < 0.0005:
        return f">{MINUS}.001" if value < 0 else "<.001"
    text = f"{size:.3f}"
    return (MINUS if value < 0 and text.strip("0.") else "") + _bare(text)


def p_value(value: float) -> str:
    """Return a p-value: two digits, three below .1, `<.001`."""
    if value < 0.0005:
        return "<.001"
    if value >= 0.995:
        return "1" if value >= 1 else ">.99"
    return _bare(f"{value:.{3 if value < 0.0995 else 2}f}")


def plain(text: str) -> str:
    """Return such a number for where text may be of few characters: a terminal, a log."""
    return re.sub(rf"(?<=\d){THIN}(?=\d)", ",", text).replace(THIN, " ").replace(MINUS, "-")


def _bare(digits: str) -> str:
    return digits.removeprefix("0") if digits.startswith("0.") else digits
