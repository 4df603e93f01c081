#!/bin/bash
# Installs a package on this Mac, asks the kiosk what it is, and takes it away again: for a clean runner, or an engineer's
# machine without a kiosk. A window and whatever a person has to see: README.md, "What the first run has to find out".
# NOT RUN on a Mac. macOS has bash 3.2.
set -euo pipefail

fail() {
    printf 'verify.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

[[ $# -eq 1 && -f $1 ]] || fail 'usage: verify.sh PACKAGE (one: the one for this kind of machine)' 2
[[ ! -e '/Applications/Enable3 Kiosk.app' ]] || fail "there is a kiosk on this machine already" 2
readonly package=$1 app='/Applications/Enable3 Kiosk.app'

if pkgutil --check-signature "$package"; then
    spctl --assess --type install --verbose=2 "$package"
else
    printf 'verify.sh: warning: %s is not signed: a trial, nothing to hand out\n' "$package" >&2
fi
sudo installer -pkg "$package" -target /
codesign --verify --deep --strict --verbose=2 "$app"
codesign --display --entitlements - "$app"
/usr/local/bin/kiosk --version
/usr/local/bin/kiosk config check
# 5: something is not set up yet, of course (no key, no PIN); what must not happen is a crash, or no answer.
status=0
/usr/local/bin/kiosk doctor --json || status=$?
[[ $status -eq 0 || $status -eq 5 ]] || fail "kiosk doctor ended with $status"
sudo "$app/Contents/Resources/uninstall.sh" --purge --user "$(id -un)"
[[ ! -e $app && ! -e /usr/local/bin/kiosk ]] || fail "the uninstallation left something"
printf 'verify.sh: ok\n'
