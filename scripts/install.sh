#!/usr/bin/env bash
# Install what a file lists and compile it by all cores: pip does so with one, and the packages' tests too.
set -eu
pip install --no-compile -r "$1"
# Some packages carry files for other versions of Python, which this one cannot compile and nothing imports.
python -m compileall -q -j 0 -x '/(tests?|testing)/' "$VIRTUAL_ENV"/lib/python3*/site-packages || true
