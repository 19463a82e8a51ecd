"""Print what the project and some of its extras need: `python scripts/requirements.py demo test`."""

import sys
from pathlib import Path

import tomllib

PROJECT = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8"))[
    "project"
]

extras = (PROJECT["optional-dependencies"][name] for name in sys.argv[1:])
print("\n".join(dict.fromkeys(sum(extras, PROJECT["dependencies"]))))
