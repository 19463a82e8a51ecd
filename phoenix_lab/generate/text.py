"""Texts as they can be sent, kept and shown."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """Return a text with "?" for halves of surrogate pairs, which no UTF-8 has: of wrongly decoded files, and of models that stop within an emoji."""
    return text.encode("utf-8", "replace").decode()
