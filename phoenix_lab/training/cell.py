"""Text as code in a cell: a literal that it cannot get out of, and the cell itself."""

from __future__ import annotations

import re
import sys

_ENDS = re.compile(r'"(?="|\Z)')
"""Quotes that would end a literal, or run into its end."""
_SHORT = {"\\": "\\\\", "\t": "\\t", "\r": "\\r"}


def string_literal(text: str) -> str:
    """Return a Python literal of a text, over as many lines as it has, so that it can be read and changed.

    Whatever is not seen, or turns what is seen around, is written as an escape.
    """
    body = "".join(_escaped(character) for character in text)
    ended = _ENDS.sub(r"\\\g<0>", body)
    return f'"""\\\n{ended}"""'


def next_cell(source: str) -> None:
    """Put code into a cell below the one that runs; without a notebook print it."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        sys.stdout.write(f"{source}\n")
    else:
        shell.set_next_input(source)


def _escaped(character: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character == "\n" or character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
