#!/usr/bin/env bash
# Say what is missing before anything starts: Python 3.11 and Node 20, or newer.
set -u
python=${1:-python3}
missing=0
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "Python 3.11 or newer is needed (found: $("$python" --version 2>&1 | head -n 1)). Name another with PYTHON=…" >&2
  missing=1
elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$python cannot make environments: install its venv package (Debian, Ubuntu: python3-venv)." >&2
  missing=1
fi
major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
  echo "Node 20 or newer with npm is needed to build the front end (found: $(node --version 2>/dev/null || echo none))." >&2
  missing=1
fi
exit "$missing"
