#!/usr/bin/env bash
# Leadline beside four business-time libraries on the same questions in one run. Each peer is installed by name into
# build/peers/calendar; one whose language or registry is not at hand is named and left out.
set -euo pipefail
cd "$(dirname "$0")/../../.."

here=benchmarks/peers/calendar
work=$PWD/build/peers/calendar
ours=build/bench/benchmarks/leadline_calendar_peer
mkdir -p "$work"
[ -x "$ours" ] || { echo "$ours is not built: make bench builds it" >&2; exit 1; }
command -v python3 >/dev/null || { echo "Not measured: the peers need python3 (make bench-peers installs it)."; exit 0; }

"$ours" write "$work"
peers=("$ours serve $work")
left_out() { echo "Left out: $1 ($2)"; }

# Each is tried on its own: a mirror that lacks one package need not cost the others.
if [ -x "$work/venv/bin/python" ] || python3 -m venv "$work/venv" >"$work/venv.log" 2>&1; then
  for package in businesstimedelta==1.0.1 business-duration==0.68; do
    name=${package%%==*}
    name=${name//-/_}
    if "$work/venv/bin/pip" install -q --disable-pip-version-check "$package" >"$work/$name.log" 2>&1; then
      peers+=("$work/venv/bin/python $here/python_peer.py $name $work")
    else
      left_out "$package" "pip could not install it: build/peers/calendar/$name.log"
    fi
  done
else
  left_out "businesstimedelta, business-duration" "python3 -m venv fails: install python3-venv"
fi

if ! command -v go >/dev/null; then
  left_out "github.com/rickar/cal/v2" "go is not installed"
elif (cd $here/go && go build -o "$work/cal_peer" .) >"$work/go.log" 2>&1; then
  peers+=("$work/cal_peer $work")
else
  left_out "github.com/rickar/cal/v2" "go could not build it: build/peers/calendar/go.log"
fi

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  left_out "dayjs-business-time" "node or npm is not installed"
elif npm install --silent --no-audit --no-fund --no-package-lock --prefix "$work/npm" \
  dayjs-business-time@1.0.4 dayjs@1.11.23 >"$work/npm.log" 2>&1; then
  peers+=("env TZ=America/New_York node $here/dayjs_peer.js $work $work/npm/node_modules")
else
  left_out "dayjs-business-time" "npm could not install it: build/peers/calendar/npm.log"
fi

if [ ${#peers[@]} -eq 1 ]; then
  echo "Not measured: none of the peers could be installed."
  exit 0
fi
python3 $here/compare.py "$work" "${peers[@]}"
