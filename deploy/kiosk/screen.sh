#!/bin/sh
# Shows one page of the hall, full screen. Started by ptsp-kiosk.service and ptsp-board.service, which set
#   PAGE      the address to show
#   PROFILE   where the browser keeps its sign-in as a device (default: ~/browser)
#   CA        the hall's own certificate authority, when it has one; passed over when there is no such file
#   WAIT      seconds to wait for the server before the browser starts anyway (default: 120)
set -eu
: "${PAGE:?set PAGE in the environment file, for example PAGE=https://name-of-the-hall/kiosk/}"
profile=${PROFILE:-$HOME/browser}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
[ -r "${CA:-}" ] || CA=

# Chromium trusts what is in its user's own store, not what the machine trusts.
if [ -n "$CA" ]; then
  store=$HOME/.pki/nssdb
  if [ ! -e "$store/cert9.db" ]; then
    mkdir -p "$store"
    certutil -N -d "sql:$store" --empty-password
  fi
  certutil -D -d "sql:$store" -n ptsp-hall 2>/dev/null || true
  certutil -A -d "sql:$store" -n ptsp-hall -t C,, -i "$CA"
fi

# Screens often start before the server. The browser would show its own error page first; wait a while instead, but not
# for ever: then the browser comes up and says what is wrong.
waited=0
until curl --silent --fail --max-time 3 --output /dev/null ${CA:+--cacert "$CA"} "$PAGE" || [ "$waited" -ge "${WAIT:-120}" ]; do
  waited=$((waited + 2))
  sleep 2
done

# After a power cut Chromium offers to restore the old page, in a bubble nobody can close.
preferences=$profile/Default/Preferences
if [ -e "$preferences" ]; then
  sed -i 's/"exit_type":"[^"]*"/"exit_type":"Normal"/; s/"exited_cleanly":false/"exited_cleanly":true/' "$preferences"
fi

exec cage -d -- "$browser" \
  --kiosk \
  --ozone-platform=wayland \
  --autoplay-policy=no-user-gesture-required \
  --no-first-run \
  --noerrdialogs \
  --disable-pinch \
  --overscroll-history-navigation=0 \
  --password-store=basic \
  --user-data-dir="$profile" \
  "$PAGE"
