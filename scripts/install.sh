#!/usr/bin/env bash
# Install a package from here, `.[extra]`, and compile what came with it by all cores: pip does so with one, and their tests too.
set -eu
pip install --no-compile --no-build-isolation -e "$1"
# Some packages carry files for other versions of Python, which this one cannot compile and nothing imports.
python -m compileall -q -j 0 -x '/(tests?|testing)/' "$VIRTUAL_ENV"/lib/python3*/site-packages || true
