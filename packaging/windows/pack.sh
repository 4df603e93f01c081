#!/usr/bin/env bash
# From the executable that Windows made (build/bundles/windows/kiosk) to signed installers in dist/: what windows.yml runs
# in a clean Debian, as root (packaging/dev/in-debian). Signing settings: packaging/build/signing_settings.py; besides:
#   KIOSK_RELEASE         yes: without a key this fails; otherwise a throw-away key signs
#   SIGNING_TOOL_URL, SIGNING_TOOL_SHA256   a .deb that has the key store's library (PKCS#11) or the signer (jsign)
#   SIGNING_CERTIFICATES  PEM: the signer's certificate and those between it and the root
#   SIGNING_ROOTS         PEM: whom the check of the result trusts, if not what Debian trusts
#   SIGNING_PASSWORD      the PIN of the key store
#   AZURE_SIGNING_TOKEN   for KIOSK_SIGN_COMMAND, which names it: "env:AZURE_SIGNING_TOKEN"
# Run in a clean Debian with throw-away keys. NOT RUN with a real certificate.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
  printf 'pack.sh: %s\n' "$1" >&2
  exit 1
}

[[ -d build/bundles/windows/kiosk ]] || fail "there is no build/bundles/windows/kiosk: windows.yml puts it there"
[[ ${KIOSK_RELEASE:-} != yes || ${KIOSK_SIGN_WITH:-} ]] || fail "a release is signed: set KIOSK_SIGN_WITH"

secrets=$(mktemp -d) # 0700
trap 'rm -rf "$secrets"' EXIT
umask 077

# Not `unset` alone: a variable that is there and empty means nothing to signing_settings.py either.
put() { # variable with the content, variable for the file's name
  [[ ${!1:-} ]] || return 0
  printf '%s\n' "${!1}" >"$secrets/$1"
  export "$2=$secrets/$1"
  unset "$1"
}
put SIGNING_CERTIFICATES KIOSK_SIGN_CERTIFICATES
put SIGNING_ROOTS KIOSK_SIGN_CA_FILE
put SIGNING_PASSWORD KIOSK_SIGN_PASSWORD_FILE

if [[ ${SIGNING_TOOL_URL:-} ]]; then
  [[ ${SIGNING_TOOL_SHA256:-} =~ ^[0-9a-f]{64}$ ]] || fail "SIGNING_TOOL_SHA256: is no hash: what signs is pinned by one"
  apt-get -q update && apt-get -qy install --no-install-recommends curl
  curl --fail --silent --show-error --location --proto '=https' --output "$secrets/tool.deb" "$SIGNING_TOOL_URL"
  sha256sum --check <<<"$SIGNING_TOOL_SHA256  $secrets/tool.deb"
  DEBIAN_FRONTEND=noninteractive apt-get -qy install --no-install-recommends "$secrets/tool.deb"
fi

umask 022
packaging/dev/with-packages dist -- python3 packaging/build/windows_installers.py "$PWD/build/bundles/windows/kiosk" \
  --out "$PWD/dist" --work "$PWD/build/installers"
version=$(python3 -c 'import sys; sys.path.insert(0, "packaging/build"); import tree; print(tree.version())')
cp build/installers/signed/kiosk/_internal/sbom.cdx.json "dist/enable3-kiosk-$version-windows.cdx.json"
[[ ${KIOSK_SIGN_WITH:-} ]] || export KIOSK_SIGN_CA_FILE="$PWD/dist/throwaway-ca.pem"
python3 packaging/build/authenticode.py verify dist/*.exe dist/*.msi
