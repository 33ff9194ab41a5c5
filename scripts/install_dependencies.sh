#!/usr/bin/env bash
# Installs what a purpose needs and this machine lacks, without asking, and says what it installs.
#
#   scripts/install_dependencies.sh build|test|check|bench|peers
#
# With apt it installs (as root, or through sudo). Without apt it installs nothing: it says which packages to install
# by Homebrew, dnf or vcpkg, and ends with 3 before anything is built. LEADLINE_SKIP_DEPENDENCIES=1 goes on regardless;
# CMake then fetches pinned sources of the libraries that it does not find.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:?"the purpose is missing: build, test, check, bench or peers"}
case "$purpose" in
  build) purposes="build" ;;
  test) purposes="build test" ;;
  check) purposes="build test check" ;;
  bench) purposes="build bench" ;;
  peers) purposes="build bench peers" ;;
  *) echo "install_dependencies.sh: no purpose is called '$purpose'" >&2; exit 2 ;;
esac
if [ "${LEADLINE_SKIP_DEPENDENCIES:-0}" = 1 ]; then exit 0; fi

# Header folders of the usual package managers; CMAKE_PREFIX_PATH names any other.
include_folders="/usr/include /usr/local/include /opt/homebrew/include /opt/local/include"
IFS=: read -r -a prefixes <<<"${CMAKE_PREFIX_PATH:-}"
for prefix in "${prefixes[@]}"; do include_folders+=" $prefix/include"; done
if [ -n "${VCPKG_ROOT:-}" ]; then
  for folder in "$VCPKG_ROOT"/installed/*/include; do include_folders+=" $folder"; done
fi

# Whether what a probe names is there.
is_present() {
  local probe=$1 word folder
  case "$probe" in
    zone:*) [ -e "/usr/share/zoneinfo/${probe#zone:}" ] || [ -e "/usr/share/lib/zoneinfo/${probe#zone:}" ] ;;
    browser:*)
      for word in chromium chromium-browser google-chrome chrome; do command -v "$word" >/dev/null && return 0; done
      return 1 ;;
    python:*) command -v python3 >/dev/null && python3 -c "import ${probe#python:}" 2>/dev/null ;;
    sanitizer:*)
      command -v clang++ >/dev/null &&
        printf 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
        clang++ -x c++ -fsanitize="${probe#sanitizer:}" -o /dev/null - >/dev/null 2>&1 ;;
    *.h | *.hpp)
      for folder in $include_folders; do [ -e "$folder/$probe" ] && return 0; done
      return 1 ;;
    *)
      for word in ${probe//|/ }; do command -v "$word" >/dev/null && return 0; done
      return 1 ;;
  esac
}

is_installed_by_apt() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

has_apt=0
command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && has_apt=1

missing_browser=""
missing_apt=() missing_homebrew=() missing_dnf=() missing_vcpkg=() missing_probes=()
while read -r line_purpose probe apt homebrew dnf vcpkg; do
  case " $purposes " in *" $line_purpose "*) ;; *) continue ;; esac
  if [ $has_apt = 1 ] && is_installed_by_apt "$apt"; then continue; fi
  case "$probe" in
    browser:*)
      is_present "$probe" || missing_browser=$apt
      continue ;;
  esac
  # A tool that is there, from wherever, serves. A header may be there without its library: only apt's word counts.
  case "$probe" in
    # Elsewhere such a module comes by pip, into whichever Python the user has; a test that lacks it says so.
    python:*) if [ $has_apt = 0 ] || is_present "$probe"; then continue; fi ;;
    *.h | *.hpp) if [ $has_apt = 0 ] && is_present "$probe"; then continue; fi ;;
    *) if is_present "$probe"; then continue; fi ;;
  esac
  missing_probes+=("${probe%%|*}")
  missing_apt+=("$apt")
  [ "$homebrew" = - ] || missing_homebrew+=("$homebrew")
  [ "$dnf" = - ] || missing_dnf+=("$dnf")
  [ "$vcpkg" = - ] || missing_vcpkg+=("$vcpkg")
done < <(grep -v '^#' scripts/packages.txt)

# By itself and never fatal: a system may have none, or one in another form.
install_browser() {
  [ -n "$missing_browser" ] || return 0
  if [ $has_apt = 1 ] && { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; }; then
    echo "Installing with apt: $missing_browser"
    local as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$missing_browser" </dev/null && return 0
  fi
  echo "No browser ($missing_browser) could be installed: the tests of pages will be skipped." >&2
}

if [ ${#missing_probes[@]} -eq 0 ]; then
  install_browser
  exit 0
fi

distinct() { printf '%s\n' "$@" | awk '!seen[$0]++' | tr '\n' ' '; }

if [ $has_apt = 0 ]; then
  {
    echo "Leadline needs what this machine lacks: $(distinct "${missing_probes[@]}")"
    echo
    echo "This system has no apt, so nothing was installed. Install them with one of:"
    echo "  Homebrew:  brew install $(distinct "${missing_homebrew[@]}")"
    echo "  dnf:       sudo dnf install $(distinct "${missing_dnf[@]}")"
    [ ${#missing_vcpkg[@]} -eq 0 ] ||
      echo "  vcpkg:     vcpkg install $(distinct "${missing_vcpkg[@]}")   (and export CMAKE_TOOLCHAIN_FILE=\$VCPKG_ROOT/scripts/buildsystems/vcpkg.cmake)"
    echo
    echo "Then run make again. LEADLINE_SKIP_DEPENDENCIES=1 make skips this check: CMake then downloads pinned sources of"
    echo "the libraries it does not find; a compiler, CMake 3.25 and Ninja must be there."
  } >&2
  exit 3
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "Leadline needs these packages, and neither root nor sudo is at hand: apt-get install $(distinct "${missing_apt[@]}")" >&2
    exit 3
  fi
  as_root=(sudo)
fi

read -r -a packages <<<"$(distinct "${missing_apt[@]}")"
echo "Installing with apt: ${packages[*]}"
install_packages() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" </dev/null
}
# A fresh image knows no packages at all; one with old lists may know versions that are gone. Either way: look again.
if [ -z "$(apt-cache policy "${packages[0]}" 2>/dev/null | grep -E '^ *Candidate: [^(]')" ] || ! install_packages; then
  "${as_root[@]}" apt-get update -q </dev/null
  install_packages
fi
install_browser
