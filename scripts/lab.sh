#!/usr/bin/env bash
# Open JupyterLab on the quickstart; without a screen it says the address instead.
#     scripts/lab.sh JUPYTER
set -euo pipefail
options=()
[ "$(id -u)" -eq 0 ] && options+=(--allow-root)
[ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}${BROWSER:-}" ] && [ "$(uname)" = Linux ] && options+=(--no-browser)
exec "$1" lab "${options[@]}" notebooks/01-quickstart.ipynb
