#!/usr/bin/env bash
# A certificate for the hall's name from a certificate authority of the hall's own, for the office's own machines.
#   deploy/make-certificate.sh FOLDER NAME [ADDRESS ...]
#   deploy/make-certificate.sh /etc/ptsp/tls hall.example 192.168.1.10
# Run again to renew: the authority stays (machines that trust it keep trusting it), the certificate is made anew.
# Visitors' phones do not know this authority: see deploy/README.md.
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
folder=$1 name=$2
shift 2
if ! [[ $name =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]]; then echo "not a host name: $name" >&2; exit 2; fi
alternatives="DNS:$name"
for address in "$@"; do alternatives+=",IP:$address"; done

umask 077
mkdir -p "$folder"
cd "$folder"
new() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

if [ ! -e ca.key ]; then
  new ca.key
  # Ten years; may sign nothing but this hall's name and addresses, should its key ever be stolen.
  permitted="permitted;DNS:$name"
  [ $# = 0 ] && permitted+=",excluded;IP:0.0.0.0/0.0.0.0,excluded;IP:::/::"
  for address in "$@"; do
    case $address in
      *:*) permitted+=",permitted;IP:$address/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" ;;
      *) permitted+=",permitted;IP:$address/255.255.255.255" ;;
    esac
  done
  openssl req -x509 -new -key ca.key -sha256 -days 3650 -out ca.crt -subj "/CN=PTSP $name" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -addext "nameConstraints=critical,$permitted"
fi

# Made beside the old one and put in its place only when it is good.
trap 'rm -f new.*' EXIT
new new.key
openssl req -new -key new.key -sha256 -subj "/CN=$name" -out new.csr
# 397 days: browsers refuse longer ones.
openssl x509 -req -in new.csr -CA ca.crt -CAkey ca.key -CAcreateserial -sha256 -days 397 -out new.own 2>/dev/null -extfile <(
  echo "basicConstraints=critical,CA:false"
  echo "keyUsage=critical,digitalSignature"
  echo "extendedKeyUsage=serverAuth"
  echo "subjectAltName=$alternatives"
)
if ! openssl verify -CAfile ca.crt new.own >/dev/null 2>&1; then
  echo "The authority in $folder was made for another name or address. To start anew, move $folder/ca.* away." >&2
  exit 1
fi
cat new.own ca.crt > new.crt
chmod 644 ca.crt new.crt
mv new.key hall.key
mv new.crt hall.crt
echo "Made $folder/hall.crt for $alternatives; valid until $(openssl x509 -in hall.crt -noout -enddate | cut -d= -f2)."
