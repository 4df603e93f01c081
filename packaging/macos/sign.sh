#!/bin/bash
# Signs the application inside out: each library, then each framework, then the bundle with its entitlements. Never
# --deep, which gives what is inside the entitlements of what is outside, and misses what it does not know.
# NOT RUN on a Mac. macOS has bash 3.2.
#   KIOSK_MACOS_IDENTITY  "Developer ID Application: … (TEAM)"; "-" signs ad hoc, for a trial on the machine itself
#   KIOSK_MACOS_KEYCHAIN  the keychain that has it, if it is not in the search list
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here

fail() {
    printf 'sign.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

[[ $# -eq 1 && -d ${1%/}/Contents/MacOS ]] || fail 'usage: sign.sh "Enable3 Kiosk.app"' 2
[[ ${KIOSK_MACOS_IDENTITY:-} ]] || fail "KIOSK_MACOS_IDENTITY is not set: security find-identity -v -p codesigning names them" 2
readonly app=${1%/}

options=(--force --sign "$KIOSK_MACOS_IDENTITY" --options runtime)
if [[ $KIOSK_MACOS_IDENTITY == - ]]; then options+=(--timestamp=none); else options+=(--timestamp); fi
if [[ ${KIOSK_MACOS_KEYCHAIN:-} ]]; then options+=(--keychain "$KIOSK_MACOS_KEYCHAIN"); fi

is_macho() { [[ $(file -b "$1") == Mach-O* ]]; }

# Files first. A link is followed by nobody: what it points to is a file in here, too.
signed=0
while IFS= read -r -d '' path; do
    [[ $path != "$app/Contents/MacOS/kiosk" ]] || continue # with the bundle, below
    is_macho "$path" || continue
    codesign "${options[@]}" "$path" || fail "codesign refused $path"
    signed=$((signed + 1))
done < <(find "$app/Contents" -depth -type f -print0)
[[ $signed -gt 0 ]] || fail "no library was found in $app: is it a bundle that PyInstaller made?"

# Then frameworks as wholes, the innermost first; each version of one is a bundle.
while IFS= read -r -d '' version; do
    [[ ${version%/*} == *.framework/Versions ]] || continue
    codesign "${options[@]}" "$version" || fail "codesign refused $version"
done < <(find "$app/Contents/Frameworks" -depth -type d -path '*.framework/Versions/*' -print0)

codesign "${options[@]}" --entitlements "$here/entitlements.plist" "$app" || fail "codesign refused $app"

# What was missed makes this fail. --deep is right here: it looks into everything.
codesign --verify --deep --strict --verbose=2 "$app"
[[ $KIOSK_MACOS_IDENTITY == - ]] || codesign --display --verbose=2 "$app" 2>&1 | grep -q '^Timestamp=' ||
    fail "the signature has no timestamp: it would end with the certificate"
printf 'signed %s and %d libraries in it\n' "$app" "$signed"
