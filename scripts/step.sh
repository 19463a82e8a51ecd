#!/usr/bin/env bash
# Run one step of a set-up: says which, keeps the command's chatter in a log, shows the seconds and its last line, and shows the log's end when it fails.
# Of steps that run side by side, one at a time shows how it goes.
#   scripts/step.sh "[2/5] Python packages" command …
set -u
title=$1
shift
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$root/.demo"
log=$root/.demo/setup-$(tr -cs 'A-Za-z0-9\n' - <<<"$title" | cut -c1-40).log
printf '== %s: %s\n' "$title" "$*" >"$log"
start=$SECONDS
"$@" >>"$log" 2>&1 </dev/null &
work=$!
trap 'kill "$work" 2>/dev/null; exit 130' INT TERM
# The screen is whose number the link holds, unless that process is gone.
screen=$root/.demo/screen
take() {
  kill -0 "$(readlink "$screen")" 2>/dev/null || rm -f "$screen"
  ln -s $$ "$screen" 2>/dev/null
}
until take || ! kill -0 "$work" 2>/dev/null; do sleep 1; done
# What the command said last: that it goes on.
last() { tail -n 1 "$log" | tr -d '\r\t\033' | cut -c1-60; }
if [ -t 1 ]; then
  while kill -0 "$work" 2>/dev/null; do
    printf '\r%s … %d s  %s\033[K' "$title" $((SECONDS - start)) "$(last)"
    sleep 1
  done
  printf '\r\033[K'
else
  printf '%s …\n' "$title"
  next=$(((SECONDS - start) / 15 * 15 + 15))
  while kill -0 "$work" 2>/dev/null; do
    sleep 1
    if [ $((SECONDS - start)) -ge "$next" ]; then
      printf '      %d s: %s\n' $((SECONDS - start)) "$(last)"
      next=$((next + 15))
    fi
  done
fi
wait "$work"
code=$?
[ "$(readlink "$screen")" = $$ ] && rm -f "$screen"
if [ "$code" -ne 0 ]; then
  printf '%s failed after %d s. The end of %s:\n\n' "$title" $((SECONDS - start)) "$log"
  tail -n 40 "$log"
  exit "$code"
fi
printf '%s, done in %d s\n' "$title" $((SECONDS - start))
