#!/usr/bin/env bash
# Makes what compose.yaml mounts: an authority of the silos alone, one of the API, and a certificate of each. Refuses to write over them.
#   deploy/compose/certificates.sh [FOLDER=certificates beside this file]
set -euo pipefail
folder=${1:-$(cd "$(dirname "$0")" && pwd)/certificates}
[ ! -e "$folder" ] || { echo "certificates.sh: $folder is there already" >&2; exit 1; }
umask 077
mkdir -p "$folder"
cd "$folder"

authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=autoselect $1" \
    -keyout "$1.key" -out "$1.pem" -addext "keyUsage=critical,keyCertSign,cRLSign" 2> /dev/null
}

issue() { # NAME AUTHORITY SUBJECT-ALTERNATIVE-NAMES USAGES
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2> /dev/null
  printf 'basicConstraints=critical,CA:FALSE\nsubjectAltName=%s\nextendedKeyUsage=%s\n' "$3" "$4" > "$1.extensions"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 365 -out "$1.pem" -extfile "$1.extensions" 2> /dev/null
  rm -f "$1.csr" "$1.extensions"
}

authority cluster-authority
authority api-authority
issue silo cluster-authority DNS:autoselect serverAuth,clientAuth
issue api api-authority DNS:silo-a,DNS:silo-b,DNS:localhost,IP:127.0.0.1 serverAuth
# Containers read them as user 1654; only root can give them away.
if [ "$(id -u)" -eq 0 ]; then chown 1654:1654 . silo.* api.* ./*-authority.pem; fi
# The authorities' keys are for whoever issues certificates, and for no container.
mkdir -m 700 ../authority-keys 2> /dev/null || true
mv -n cluster-authority.key api-authority.key ../authority-keys/
rm -f ./*.srl
