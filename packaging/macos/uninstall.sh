#!/bin/bash
# Takes the kiosk off a Mac. The package puts it into the application: run it as root by
#   sudo '/Applications/Enable3 Kiosk.app/Contents/Resources/uninstall.sh'
# What accounts have stays (settings, PIN, outbox, log, and the API key in their keychain), and the policy; --purge
# deletes those of one account and the policy, all but the key, which only the account itself can delete.
# NOT RUN on a Mac. macOS has bash 3.2.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here label=com.enable3.kiosk app='/Applications/Enable3 Kiosk.app'
purge='' user=kiosk root='' dry=''

fail() {
    printf 'uninstall.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

run() {
    if [[ $dry ]]; then printf '%s\n' "$*"; else "$@"; fi
}

while (($#)); do
    case $1 in
    --purge) purge=yes ;;
    --user)
        user=${2:-}
        shift || true
        ;;
    --root) # for trying it
        root=${2:-}
        shift || true
        ;;
    --dry-run) dry=yes ;;
    *) fail "usage: uninstall.sh [--purge [--user NAME]] [--root DIR] [--dry-run]" 2 ;;
    esac
    shift || true
done
root=${root%/}
[[ $user =~ ^[a-z_][a-z0-9_-]{0,30}$ && $user != root ]] || fail "--user is the name of the terminal's account" 2
[[ $root || $dry || $EUID -eq 0 ]] || fail "run it as root: sudo"

home=$root/Users/$user
if [[ ! $root ]]; then
    uid=$(id -u "$user" 2>/dev/null || true) # the account may be gone already
    [[ ! $uid ]] || run launchctl bootout "gui/$uid/$label" || true # not started: nothing to end
    run pkill -TERM -f "^$app/Contents/MacOS/kiosk" || true # not running: nothing to end
    run /bin/bash "$here/lockdown/install.sh" --uninstall
fi
# bash has this file open: that it is deleted with the application does not end it.
run rm -rf "$root$app"
run rm -f "$root/usr/local/bin/kiosk"
[[ $root ]] || run pkgutil --forget "$label"

if [[ $purge ]]; then
    run rm -rf "$root/Library/Application Support/enable3-kiosk" "$home/Library/Application Support/enable3-kiosk" \
        "$home/Library/Logs/enable3-kiosk" "$home/Library/Caches/enable3-kiosk"
    printf '%s\n' "the API key is still in the keychain of $user: Keychain Access, or 'kiosk key delete' before uninstalling"
else
    printf '%s\n' "kept: settings, PIN, outbox and log of the accounts, the policy, and the API key (--purge: all but the key)"
fi
