#!/bin/bash
# A keychain for one job of a workflow: made with the certificates, deleted after. NOT RUN on a Mac. macOS has bash 3.2.
#   keychain.sh open PATH     MACOS_CERTIFICATES: both identities as PKCS#12, in base64; MACOS_CERTIFICATES_PASSWORD
#   keychain.sh close PATH
set -euo pipefail

fail() {
    printf 'keychain.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

[[ $# -eq 2 ]] || fail 'usage: keychain.sh open|close PATH' 2
readonly keychain=$2

open_it() {
    [[ ${MACOS_CERTIFICATES:-} && ${MACOS_CERTIFICATES_PASSWORD:-} ]] || fail "MACOS_CERTIFICATES(_PASSWORD) is not set" 2
    local password file
    password=$(openssl rand -hex 32) # nobody needs it again: the keychain is open until it is deleted
    file=$(mktemp)
    # shellcheck disable=SC2064 # the name that it has now
    trap "rm -f '$file'" EXIT
    printf '%s' "$MACOS_CERTIFICATES" | base64 --decode >"$file"
    security create-keychain -p "$password" "$keychain"
    security set-keychain-settings -lut 7200 "$keychain"
    security unlock-keychain -p "$password" "$keychain"
    security import "$file" -k "$keychain" -f pkcs12 -P "$MACOS_CERTIFICATES_PASSWORD" \
        -T /usr/bin/codesign -T /usr/bin/productbuild
    # Or codesign would ask somebody who is not there.
    security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
    # codesign looks for the chain in the search list: the new one first, those that are there after it.
    local list=()
    while IFS= read -r line; do list+=("$(sed -e 's/^ *"//' -e 's/"$//' <<<"$line")"); done < <(security list-keychains -d user)
    security list-keychains -d user -s "$keychain" "${list[@]}"
    security find-identity -v "$keychain"
}

case $1 in
open) open_it ;;
close) if [[ -e $keychain ]]; then security delete-keychain "$keychain"; fi ;; # takes it off the search list, too
*) fail "unknown: $1" 2 ;;
esac
