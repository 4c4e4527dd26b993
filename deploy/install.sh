#!/usr/bin/env bash
# Installs the hall on Debian 12 or Ubuntu 24.04 or newer, as root. May be run again: what an office changed is kept.
#   /opt/ptsp/deploy/install.sh server NAME [ADDRESS ...]      the server behind nginx; NAME as browsers type it
#   /opt/ptsp/deploy/install.sh screen kiosk|board URL [CA]    a machine that shows one page, full screen
# --root FOLDER before these puts the files under FOLDER and touches nothing else (used by the tests).
set -euo pipefail
umask 022
source=$(cd "$(dirname "$0")" && pwd)
root=
if [ "${1:-}" = --root ]; then root=$2; shift 2; fi

say() { printf '%s\n' "$*" >&2; }
usage() { sed -n '3,5s/^# //p' "$0" >&2; exit 2; }
for_real() { [ -z "$root" ]; }

place() { install -D -m "$1" "$source/$2" "$root$3"; }
# named FILE EXPRESSION ...: writes this hall's name into a file just placed.
named() { local file=$root$1; shift; sed -i "$@" "$file"; }

packages() {
  for_real || return 0
  local wanted=() package
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || wanted+=("$package"); done
  [ ${#wanted[@]} = 0 ] && return
  say "Installing ${wanted[*]} ..."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y -o DPkg::Lock::Timeout=180 "${wanted[@]}" >/dev/null
}

# account NAME [useradd options]
account() {
  for_real || return 0
  local name=$1
  shift
  id "$name" >/dev/null 2>&1 || useradd --system --home-dir "/var/lib/$name" --shell /usr/sbin/nologin "$@" "$name"
}

server() {
  [ $# -ge 1 ] || usage
  local name=$1 names="" word
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9.:-]+$ ]] || usage
    case $word in *:*) names+=" [$word]" ;; *) names+=" $word" ;; esac
  done
  shift
  if for_real && [ "$source" != /opt/ptsp/deploy ]; then
    say "The service units expect the hall in /opt/ptsp, but this is $source."
    exit 1
  fi
  packages python3 python3-venv make nginx openssl curl libusb-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 espeak-ng
  account ptsp --no-create-home # systemd makes it (StateDirectory)
  if for_real; then
    "$source/venv.sh" run
    make -C "$source/.." catalogues
    (cd "$source/.." && .venv/bin/python -m compileall -q ptsp web kiosk counter display survey office server)
  fi

  if [ ! -e "$root/etc/ptsp/ptsp.env" ]; then
    place 640 etc/ptsp.env /etc/ptsp/ptsp.env
    named /etc/ptsp/ptsp.env -e "s#https://hall\.example#https://$name#"
  else
    say "Kept /etc/ptsp/ptsp.env as it is."
  fi
  place 644 systemd/ptsp.service /etc/systemd/system/ptsp.service
  place 644 systemd/ptsp@.service /etc/systemd/system/ptsp@.service
  place 644 systemd/ptsp-backup.service /etc/systemd/system/ptsp-backup.service
  place 644 systemd/ptsp-backup.timer /etc/systemd/system/ptsp-backup.timer
  place 755 ptsp.sh /usr/local/bin/ptsp
  place 644 udev/60-ptsp-printer.rules /etc/udev/rules.d/60-ptsp-printer.rules
  place 644 nginx/ptsp-unavailable.html /usr/share/ptsp/ptsp-unavailable.html
  local site=/etc/nginx/sites-available/ptsp
  if [ ! -e "$root$site" ]; then
    place 644 nginx/ptsp.conf "$site"
    named "$site" -e "s/server_name hall\.example/server_name$names/"
    install -d "$root/etc/nginx/sites-enabled"
    ln -sf ../sites-available/ptsp "$root/etc/nginx/sites-enabled/ptsp"
  elif sed "s/server_name hall\.example/server_name$names/" "$source/nginx/ptsp.conf" | cmp -s - "$root$site"; then
    say "Kept $site as it is."
  else
    say "Kept $site, but it is not the site of this version. Take over what is new and not your own change:"
    say "  diff $site $source/nginx/ptsp.conf     then: nginx -t && systemctl reload nginx"
  fi
  if [ ! -e "$root/etc/ptsp/tls/hall.crt" ]; then "$source/make-certificate.sh" "$root/etc/ptsp/tls" "$name" "$@"; fi

  for_real || return 0
  chown root:ptsp /etc/ptsp/ptsp.env
  systemctl daemon-reload
  udevadm control --reload
  udevadm trigger --subsystem-match=usb --subsystem-match=usbmisc
  systemctl enable --now ptsp-backup.timer
  local several
  several=$(find /etc/systemd/system/multi-user.target.wants -name 'ptsp@*.service' -printf '%f ')
  # Several processes, where the operator has switched to them (ptsp@.service); else the one.
  # shellcheck disable=SC2086
  if [ -n "$several" ]; then
    systemctl restart $several
  else
    systemctl enable ptsp.service
    systemctl restart ptsp.service
  fi
  nginx -t -q
  systemctl enable --now nginx
  systemctl reload nginx
  say "The hall is at https://$name/ ; its words: journalctl -u ptsp ; its health: ptsp doctor"
  say "A new hall needs an office and its first administrator: see /opt/ptsp/deploy/README.md"
}

screen() {
  [ $# -ge 2 ] || usage
  local kind=$1 page=$2 authority=${3:-} origin
  case $kind in kiosk|board) ;; *) usage ;; esac
  case $page in *[[:space:]]*) usage ;; esac
  origin=$(printf '%s' "$page" | grep -oE '^https?://[^/]+') || usage
  packages cage xwayland chromium curl libnss3-tools libpam-systemd
  account ptsp-screen --create-home --skel /nonexistent
  place 755 kiosk/screen.sh /usr/lib/ptsp/screen.sh
  place 644 "systemd/ptsp-$kind.service" "/etc/systemd/system/ptsp-$kind.service"
  place 644 kiosk/policy.json /etc/chromium/policies/managed/ptsp.json
  named /etc/chromium/policies/managed/ptsp.json -e "s#https://hall\.example#$origin#"
  # The address may carry a device's key: for root (systemd reads it) alone.
  place 600 "etc/$kind.env" "/etc/ptsp/$kind.env"
  named "/etc/ptsp/$kind.env" -e '/^PAGE=/d'
  printf 'PAGE=%s\n' "$page" >> "$root/etc/ptsp/$kind.env"
  if [ -n "$authority" ]; then install -D -m 644 "$authority" "$root/etc/ptsp/ca.crt"; fi

  for_real || return 0
  usermod -aG video,audio,input,render ptsp-screen 2>/dev/null || usermod -aG video,audio,input ptsp-screen
  systemctl daemon-reload
  systemctl enable "ptsp-$kind.service"
  systemctl restart "ptsp-$kind.service"
  say "This screen shows $page from now on; its words: journalctl -u ptsp-$kind"
}

if for_real && [ "$(id -u)" != 0 ]; then say "Run this as root:  sudo $0 $*"; exit 1; fi
what=${1:-}
shift || true
case $what in
  server) server "$@" ;;
  screen) screen "$@" ;;
  *) usage ;;
esac
