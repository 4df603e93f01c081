#!/bin/bash
# Has Apple notarize the signed package (and with it the application inside), and staples the ticket to it, so that a Mac
# without internet believes it, too. NOT RUN on a Mac. macOS has bash 3.2. Either of:
#   KIOSK_NOTARY_PROFILE   what `xcrun notarytool store-credentials NAME` keeps in the keychain: for a person
#   KIOSK_NOTARY_KEY, KIOSK_NOTARY_KEY_ID, KIOSK_NOTARY_ISSUER
#                          the file of an App Store Connect API key, its id, its issuer: for a workflow
set -euo pipefail

fail() {
    printf 'notarize.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

[[ $# -eq 1 && -f $1 ]] || fail 'usage: notarize.sh PACKAGE' 2
if [[ ${KIOSK_NOTARY_PROFILE:-} ]]; then
    credentials=(--keychain-profile "$KIOSK_NOTARY_PROFILE")
elif [[ ${KIOSK_NOTARY_KEY:-} && ${KIOSK_NOTARY_KEY_ID:-} && ${KIOSK_NOTARY_ISSUER:-} ]]; then
    credentials=(--key "$KIOSK_NOTARY_KEY" --key-id "$KIOSK_NOTARY_KEY_ID" --issuer "$KIOSK_NOTARY_ISSUER")
else
    fail "set KIOSK_NOTARY_PROFILE, or KIOSK_NOTARY_KEY, KIOSK_NOTARY_KEY_ID and KIOSK_NOTARY_ISSUER" 2
fi

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
xcrun notarytool submit "$1" "${credentials[@]}" --wait --timeout 1h --output-format plist >"$answer" ||
    fail "Apple took no decision: $(cat "$answer")"
# A refusal is an answer, too, and no failure of the tool.
status=$(plutil -extract status raw -o - "$answer")
if [[ $status != Accepted ]]; then
    xcrun notarytool log "$(plutil -extract id raw -o - "$answer")" "${credentials[@]}" >&2 || true # the reasons
    fail "Apple's answer is $status: the reasons are above"
fi
xcrun stapler staple "$1"
xcrun stapler validate "$1"
spctl --assess --type install --verbose=2 "$1"
