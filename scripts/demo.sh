#!/usr/bin/env bash
# `make demo`: the main job of the program.
set -euo pipefail
cd "$(dirname "$0")/.."

build/leadline --help
