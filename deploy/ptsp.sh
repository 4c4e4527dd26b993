#!/bin/sh
# `ptsp` for the operator: with the settings and as the user of the running hall. Installed as /usr/local/bin/ptsp.
#   sudo ptsp doctor
set -eu
if [ "$(id -u)" != 0 ]; then
  echo "This acts as the hall itself. Please run:  sudo ptsp $*" >&2
  exit 1
fi
set -a
# shellcheck disable=SC1091
. /etc/ptsp/ptsp.env
set +a
exec runuser --user ptsp -- /opt/ptsp/.venv/bin/ptsp "$@"
