#!/usr/bin/env bash
# Makes or refreshes .venv beside this checkout from a lock file, and installs the house itself into it.
#   deploy/venv.sh run    what the hall needs        (requirements.txt)
#   deploy/venv.sh dev    and what its tests need    (requirements-dev.txt)
# Used by the Makefile and by deploy/install.sh. Does nothing when nothing has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted=${1:-run}
case $wanted in
  run) lock=requirements.txt ;;
  dev) lock=requirements-dev.txt ;;
  *) echo "usage: deploy/venv.sh [run|dev]" >&2; exit 2 ;;
esac
venv=.venv

say() { printf '%s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo -n "$@"
  else return 1
  fi
}

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  say "Python 3.11 or newer is needed and was not found."
  say "Debian 12 and Ubuntu 24.04 have it:  sudo apt-get install python3 python3-venv"
  say "If it is installed under another name:  make run PYTHON=/path/to/python3.12"
  return 1
}

apt_install() {
  command -v apt-get >/dev/null || return 1
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  as_root apt-get update -qq >/dev/null \
    && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# What the hall can do without, and says so: the libraries that draw a report as PDF, and the voice that reads aloud.
extras() {
  local wanted=()
  /sbin/ldconfig -p | grep -q libpangoft2-1.0.so.0 || wanted+=(libpangoft2-1.0-0)
  /sbin/ldconfig -p | grep -q libharfbuzz-subset.so.0 || wanted+=(libharfbuzz-subset0)
  command -v espeak-ng >/dev/null || wanted+=(espeak-ng)
  [ ${#wanted[@]} = 0 ] && return
  say "Installing ${wanted[*]} (reports as PDF, questions read aloud) ..."
  apt_install "${wanted[@]}" || say "That could not be done from here. For these:  sudo apt-get install ${wanted[*]}"
}

make_venv() {
  local python package
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # Debian and Ubuntu ship venv apart from Python.
    package=$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')
    say "Installing $package, which Debian and Ubuntu ship apart from Python ..."
    if ! apt_install "$package"; then
      say "That could not be done from here. Please run:  sudo apt-get install $package"
      say "and then the same command again."
      return 1
    fi
  fi
  say "Creating the environment in $venv ..."
  "$python" -m venv --clear "$venv"
}

# Two makes at once (a helper and a person, two terminals) must not write the same environment.
exec 9<pyproject.toml
if command -v flock >/dev/null; then flock 9; fi

# An upgrade of the operating system can leave a .venv whose Python is gone.
if ! "$venv/bin/python" -c "import pip" >/dev/null 2>&1; then make_venv; fi

# The stamp is what was installed: both contents, not their times, so that `git checkout` back and forth is harmless.
stamp=$venv/.installed-$wanted
sum=$(cat "$lock" pyproject.toml | sha256sum | cut -d' ' -f1)
if [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && [ -x "$venv/bin/ptsp" ]; then exit 0; fi

say "Installing from $lock (each file checked against its hash) ..."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
log=$(mktemp)
trap 'rm -f "$log"' EXIT
pip() {
  "$venv/bin/python" -m pip "$@" >"$log" 2>&1 && return
  tail -n 20 "$log" >&2
  say "The packages could not be installed; the lines above say why. The first start needs a network."
  exit 1
}
extras
pip install --require-hashes -r "$lock"
# The house itself, in place. Its build tool (setuptools) is in the lock file, so nothing unlocked is fetched.
pip install --no-deps --no-build-isolation --editable .
printf '%s\n' "$sum" > "$stamp"
