#!/usr/bin/env bash
# The programs that the tests use beside Python: a browser, two databases, a proxy, systemd's unit checker.
# Installs by apt what is missing, where it may (root, or sudo without a password). Where it may not, it says in plain
# words what will be skipped. With CI=true a missing program is a failure.
#   PTSP_NO_INSTALL=1   look, but install nothing
set -uo pipefail

say() { printf '%s\n' "$*" >&2; }

have() {
  local found
  case $1 in
    chromium) for found in chromium chromium-browser google-chrome; do command -v "$found" >/dev/null && return; done; return 1 ;;
    postgresql) for found in /usr/lib/postgresql/*/bin/initdb; do [ -x "$found" ] && return; done; command -v initdb >/dev/null ;;
    redis-server) command -v redis-server >/dev/null ;;
    nginx) command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] ;;
    systemd) command -v systemd-analyze >/dev/null ;;
    openssl) command -v openssl >/dev/null ;;
    curl) command -v curl >/dev/null ;;
    libnss3-tools) command -v certutil >/dev/null ;;
    libreoffice-calc) for found in /usr/lib/libreoffice/program/scalc /opt/libreoffice*/program/scalc; do [ -e "$found" ] && return; done; return 1 ;;
    libreoffice-writer) for found in /usr/lib/libreoffice/program/swriter /opt/libreoffice*/program/swriter; do [ -e "$found" ] && return; done; return 1 ;;
    poppler-utils) command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null ;;
    libpangoft2-1.0-0) /sbin/ldconfig -p | grep -q libpangoft2-1.0.so.0 ;;
    libharfbuzz-subset0) /sbin/ldconfig -p | grep -q libharfbuzz-subset.so.0 ;;
    espeak-ng) command -v espeak-ng >/dev/null ;;
    fonts-dejavu-core) [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] ;;
  esac
}

what_for() {
  case $1 in
    chromium) echo "the browser tests (the day at the hall, accessibility, pictures)" ;;
    postgresql) echo "the tests on PostgreSQL (SQLite is always tested)" ;;
    redis-server) echo "the tests with several server processes" ;;
    nginx) echo "the check that the proxy passes websockets and TLS" ;;
    systemd) echo "the check of the service units" ;;
    openssl) echo "the check of the certificate script" ;;
    curl) echo "the walk through docs/api.md" ;;
    libnss3-tools) echo "the check that the kiosk's browser trusts the hall's own certificate" ;;
    libreoffice-calc) echo "the check that the workbook, recalculated, says what the report says" ;;
    libreoffice-writer) echo "the check that the report opens as a document" ;;
    poppler-utils) echo "reading the report back from its PDF" ;;
    libpangoft2-1.0-0|libharfbuzz-subset0) echo "the report as PDF" ;;
    espeak-ng) echo "the questions read aloud" ;;
    fonts-dejavu-core) echo "a predictable look of pages and pictures" ;;
  esac
}

packages=(chromium postgresql redis-server nginx systemd openssl curl libnss3-tools fonts-dejavu-core
  libreoffice-calc libreoffice-writer poppler-utils libpangoft2-1.0-0 libharfbuzz-subset0 espeak-ng)

missing() {
  local package
  for package in "${packages[@]}"; do have "$package" || printf '%s\n' "$package"; done
}

mapfile -t wanted < <(missing)
[ ${#wanted[@]} = 0 ] && exit 0

root=()
may_install=yes
if [ -n "${PTSP_NO_INSTALL:-}" ] || ! command -v apt-get >/dev/null; then may_install=no
elif [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then root=(sudo -n); else may_install=no; fi
fi

# Debian starts a freshly installed server at once, and again at every boot. The tests start their own, on free ports;
# nobody who types `make test` asked for a web server on port 80. Servers that were there already are left alone.
policy=/usr/sbin/policy-rc.d
made_policy=no
forbid_starting() {
  [ -e "$policy" ] && return
  printf '#!/bin/sh\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null && "${root[@]}" chmod 755 "$policy" && made_policy=yes
}
allow_starting() {
  if [ $made_policy = yes ]; then "${root[@]}" rm -f "$policy"; made_policy=no; fi
}
leave_off_at_boot() {
  command -v systemctl >/dev/null || return 0
  local package
  for package in "$@"; do
    case $package in
      postgresql|redis-server|nginx) "${root[@]}" systemctl disable --quiet "$package" >/dev/null 2>&1 ;;
    esac
  done
  return 0
}

apt() {
  timeout 600 "${root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -qq -y \
    -o DPkg::Lock::Timeout=180 -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Dpkg::Use-Pty=0 "$@"
}

if [ $may_install = yes ]; then
  say "Installing for the tests: ${wanted[*]} (this happens once) ..."
  log=$(mktemp)
  trap 'allow_starting; rm -f "$log"' EXIT
  forbid_starting
  # The package lists may be old or absent: ask for them only when the first try fails.
  if ! apt install --no-install-recommends "${wanted[@]}" >"$log" 2>&1; then
    apt update >"$log" 2>&1 || tail -n 5 "$log" >&2
    if ! apt install --no-install-recommends "${wanted[@]}" >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      say "apt could not install everything; trying one by one."
      for package in "${wanted[@]}"; do apt install --no-install-recommends "$package" >"$log" 2>&1 || tail -n 3 "$log" >&2; done
    fi
  fi
  allow_starting
  leave_off_at_boot "${wanted[@]}"
fi

mapfile -t still < <(missing)
[ ${#still[@]} = 0 ] && exit 0
say ""
for package in "${still[@]}"; do say "Not installed: $package. Left out: $(what_for "$package")."; done
if [ "${CI:-}" = true ]; then
  say "In CI nothing may be left out."
  exit 1
fi
say "To run these too:  sudo apt-get install ${still[*]}"
say ""
