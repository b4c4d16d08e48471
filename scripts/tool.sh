#!/usr/bin/env bash
# Find a program that tests need, or install it: environment variable, then PATH, then apt-get when root.
#     scripts/tool.sh strace STRACE
set -euo pipefail
name=$1
variable=$2
if [ -n "${!variable:-}" ] || command -v "$name" >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get install -y -qq --no-install-recommends "$name" >/dev/null 2>&1 ||
        { apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$name" >/dev/null; }
    exit 0
fi
echo "$name is missing: install it, or set $variable to its path; the tests that need it are skipped" >&2
