#!/usr/bin/env bash
# Print the path of a Chromium for the browser tests, or nothing where Playwright's own is to be used; install one if there is none.
set -eu
find_one() {
  for name in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome-stable google-chrome; do
    # Ubuntu's chromium-browser is a stub that only points to the snap.
    if [ -n "$name" ] && command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}
find_one && exit 0

as_root=""
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root="no"; fi
fi
if [ "$as_root" != no ] && command -v apt-get >/dev/null && grep -q '^ID=debian' /etc/os-release; then
  export DEBIAN_FRONTEND=noninteractive
  {
    $as_root apt-get update -q
    $as_root apt-get install -yq --no-install-recommends chromium fonts-dejavu-core
  } >&2 </dev/null && find_one && exit 0
fi
# Playwright's own build; its libraries come from the operating system where we may install them.
cd "$(dirname "$0")/../ui-tests"
if [ "$as_root" != no ] && command -v apt-get >/dev/null; then
  npx --no-install playwright install --with-deps chromium >&2 </dev/null
else
  npx --no-install playwright install chromium >&2 </dev/null
fi
