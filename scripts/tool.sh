#!/usr/bin/env bash
# Find a program that tests need, or install it: environment variable, then PATH, then apt-get when root.
#     scripts/tool.sh strace STRACE
#     scripts/tool.sh chromium CHROMIUM chromium-browser google-chrome -- fonts-dejavu-core
# After the variable: other names it may have on PATH; after --: packages that come with it when it is installed.
# Where it cannot be had, this says so and succeeds: the tests that need it then skip, or fail and say so again.
set -euo pipefail
name=$1
variable=$2
shift 2
names=("$name")
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    names+=("$1")
    shift
done
[ $# -eq 0 ] || shift
packages=("$name" "$@")

given=${!variable:-}
if [ -n "$given" ]; then
    command -v "$given" >/dev/null 2>&1 || { echo "$variable names $given, which is no program" >&2; exit 1; }
    exit 0
fi
for each in "${names[@]}"; do
    command -v "$each" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; }
    install 2>/dev/null || { apt-get update -qq >/dev/null && install; } ||
        echo "$name could not be installed: set $variable to its path; the tests that need it fail" >&2
    exit 0
fi
echo "$name is missing: install it, or set $variable to its path; until then the tests that need it skip or fail" >&2
