#!/usr/bin/env bash
# Run one step of a set-up: says which, keeps the command's chatter in a log, shows the seconds, and shows the log's end when it fails.
#   scripts/step.sh "[2/5] Python packages" command …
set -u
title=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$root/.demo"
log=$root/.demo/setup.log
printf '\n== %s: %s\n' "$title" "$*" >>"$log"
start=$SECONDS
"$@" >>"$log" 2>&1 </dev/null &
work=$!
trap 'kill "$work" 2>/dev/null; exit 130' INT TERM
if [ -t 1 ]; then
  while kill -0 "$work" 2>/dev/null; do
    printf '\r%s … %d s ' "$title" $((SECONDS - start))
    sleep 1
  done
  printf '\r'
else
  printf '%s …\n' "$title"
fi
wait "$work"
code=$?
if [ "$code" -ne 0 ]; then
  printf '%s failed after %d s. The end of %s:\n\n' "$title" $((SECONDS - start)) "$log"
  tail -n 40 "$log"
  exit "$code"
fi
printf '%s, done in %d s\n' "$title" $((SECONDS - start))
