#!/usr/bin/env bash
# Run every tutorial under nbval, strictly: each cell's output must be what is committed. Each gets a fresh home.
#     scripts/notebooks.sh PYTHON [--update]
set -euo pipefail
python=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for notebook in notebooks/0*.ipynb; do
    name=$(basename "$notebook" .ipynb)
    mkdir -p "$scratch/$name"
    export XDG_DATA_HOME="$scratch/$name/data" XDG_CONFIG_HOME="$scratch/$name/config" IPYTHONDIR="$scratch/$name/ipython"
    export MODELREG_REGISTRY="$scratch/$name/registry" JPY_SESSION_NAME="$name.ipynb"
    if [ "${2:-}" = --update ]; then
        "$python" scripts/execute.py "$notebook"
    else
        "$python" -m pytest -p no:cacheprovider -p no:xdist --nbval --nbval-current-env --nbval-sanitize-with notebooks/sanitize.cfg "$notebook"
    fi
done
