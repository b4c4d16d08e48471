#!/usr/bin/env bash
# Find a program that tests need, or install it: environment variable, then PATH, then apt-get when root.
#     scripts/tool.sh strace STRACE
# Where it cannot be had, this says so and succeeds: tests that need it skip, except where root could have installed it.
set -euo pipefail
name=$1
variable=$2
given=${!variable:-}
if [ -n "$given" ]; then
    command -v "$given" >/dev/null 2>&1 || { echo "$variable names $given, which is no program" >&2; exit 1; }
    exit 0
fi
command -v "$name" >/dev/null 2>&1 && exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$name" >/dev/null; }
    install 2>/dev/null || { apt-get update -qq >/dev/null && install; } ||
        echo "$name could not be installed: set $variable to its path; the tests that need it fail" >&2
    exit 0
fi
echo "$name is missing: install it, or set $variable to its path; the tests that need it are skipped" >&2
