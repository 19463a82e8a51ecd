"""E-mail addresses, phone numbers and keys in texts: found by their form, and masked on request."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

_FORMS = {
    "key": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----)?"
        r"|\b(?:sk|pk|rk)[-_](?:[A-Za-z0-9]+[-_]){0,3}[A-Za-z0-9_-]{16,}"  # OpenAI, Anthropic, Stripe
        r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS
        r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{20,}"
        r"|\bAIza[\w-]{35}|\bxox[abpr]-[\w-]{10,}|\bhf_[A-Za-z0-9]{20,}"
        r"|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}"  # JSON web tokens
        r"|(?i:\b(?:api[_-]?key|secret|password|token)\b[\"']?\s*[:=]\s*[\"']?)[^\s\"']{8,}"
    ),
    "e-mail address": re.compile(r"\b[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}\b"),
    "phone number": re.compile(
        r"(?<![\w.+])(?:\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,5}\d{2,4}"  # +44 20 7946 0958
        r"|\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}([-.])\d{3}\1\d{4})(?![\w])"  # (212) 555-0100, 212-555-0100
    ),
}
_MARKS = {"key": "[KEY]", "e-mail address": "[EMAIL]", "phone number": "[PHONE]"}
"""What stands in the place of each."""


def found_in(text: str) -> Counter[str]:
    """Return how many of each there are."""
    return Counter({kind: n for kind, form in _FORMS.items() if (n := sum(1 for _ in form.finditer(text)))})


def masked(value: Any) -> Any:
    """Return a text, or lists and dictionaries of texts, with marks in their place; keys of dictionaries stay."""
    if isinstance(value, str):
        for kind, form in _FORMS.items():
            value = form.sub(_MARKS[kind], value)
        return value
    if isinstance(value, list):
        return [masked(one) for one in value]
    if isinstance(value, dict):
        return {key: masked(one) for key, one in value.items()}
    return value
