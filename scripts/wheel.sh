#!/usr/bin/env bash
# Build the wheel and use it where the sources are not: in a fresh environment, from another folder.
#     scripts/wheel.sh PYTHON CONSTRAINTS
set -euo pipefail
python=$1
export PIP_CONSTRAINT PIP_DISABLE_PIP_VERSION_CHECK=1
PIP_CONSTRAINT=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$python" -m pip wheel --quiet --no-deps --wheel-dir "$scratch/dist" .
"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet "$scratch"/dist/modelreg-*.whl
cp scripts/smoke.py "$scratch"
cd "$scratch"
export XDG_DATA_HOME="$scratch/data" XDG_CONFIG_HOME="$scratch/config"
unset MODELREG_REGISTRY PYTHONPATH
venv/bin/modelreg --version
venv/bin/python -I smoke.py register "$scratch/registry"
venv/bin/python -I smoke.py load "$scratch/registry"
venv/bin/modelreg models --quiet
