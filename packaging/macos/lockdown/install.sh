#!/bin/bash
# Locks a Mac down for the kiosk, as far as a script can: see README.md for what has to be done by hand. Run it as root.
# macOS has bash 3.2. `--root DIR` and `--dry-run` are for trying it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly label=com.enable3.kiosk
user=kiosk kiosk='/Applications/Enable3 Kiosk.app/Contents/MacOS/kiosk' root='' dry='' uninstall=''

usage() {
    cat <<'END'
usage: install.sh [--user NAME] [--kiosk PATH] [--root DIR] [--dry-run] [--uninstall]

  --user NAME   the terminal's account (default: kiosk), an ordinary one: made by hand, see README.md
  --kiosk PATH  the program (default: that of /Applications/Enable3 Kiosk.app)
  --root DIR    put the files there instead of on this machine, and change nothing else
  --dry-run     say what would be done
  --uninstall   take away what this script put there
END
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

run() {
    if [[ $dry ]]; then printf '%s\n' "$*"; else "$@"; fi
}

while (($#)); do
    case $1 in
    --user | --kiosk | --root)
        [[ ${2:-} ]] || fail "$1 wants a value" 2
        printf -v "${1#--}" %s "$2"
        shift
        ;;
    --dry-run) dry=yes ;;
    --uninstall) uninstall=yes ;;
    --help) usage && exit 0 ;;
    *) fail "unknown argument: $1" 2 ;;
    esac
    shift
done
root=${root%/}
[[ $user =~ ^[a-z_][a-z0-9_-]{0,30}$ && $user != root ]] || fail "--user is the name of an ordinary account" 2
[[ $kiosk = /* && $kiosk != *[\'\&\|\\]* ]] || fail "--kiosk is an absolute path without quotes, &, | or backslashes" 2
[[ $root || $dry || $EUID -eq 0 ]] || fail "run it as root: sudo ./install.sh"

readonly session=$root/usr/local/libexec/enable3-kiosk-session
readonly agent=$root/Library/LaunchAgents/$label.plist

if [[ $uninstall ]]; then
    run rm -f "$session" "$agent"
    exit 0
fi

if [[ ! $root && ! $dry ]]; then
    id "$user" >/dev/null 2>&1 || fail "there is no account $user: make an ordinary one first (README.md)"
    ! id -Gn "$user" | tr ' ' '\n' | grep -qx admin || fail "$user is an administrator: whoever gets out owns the machine"
fi

run mkdir -p "${session%/*}" "${agent%/*}"
if [[ $dry ]]; then
    printf '%s\n' "write $session" "write $agent"
else
    sed -e "s|@USER@|$user|" -e "s|@KIOSK@|$kiosk|" "$here/session.sh" >"$session"
    cp "$here/$label.plist" "$agent"
fi
run chmod 755 "$session"
run chmod 644 "$agent"
[[ ! $root ]] || exit 0

run chown root:wheel "$session" "$agent"  # or the terminal's account could change what runs in it
# Awake for ever, and on again by itself after a power cut
run pmset -a sleep 0 displaysleep 0 disksleep 0 powernap 0 autorestart 1
run systemsetup -setrestartfreeze on
# No question about a disk that was plugged in
run defaults write /Library/Preferences/com.apple.TimeMachine DoNotOfferNewDisksForBackup -bool true
# Nobody comes in by these
run launchctl disable system/com.openssh.sshd
run launchctl disable system/com.apple.screensharing
printf '%s\n' "now: the profile, automatic login and FileVault, by hand: see README.md"
