#!/bin/bash
# Locks a Linux machine down for the kiosk: an account of its own, a screen that shows nothing else, and the settings
# that keep a visitor in it. docs/lockdown.md says what each file is for. Run it as root; it holds after a restart.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly kept=/var/lib/enable3-kiosk-lockdown/manifest
readonly masked=(ctrl-alt-del.target debug-shell.service getty-static.service apport.service)

usage() {
    cat <<'END'
usage: install.sh --session cage|x [--user NAME] [--tty N] [--usb-storage] [--dry-run] [--root DIR] [-- COMMAND...]
       install.sh --uninstall [--dry-run] [--root DIR]

  --session      cage: the Wayland kiosk compositor. x: an X server without a window manager
  --user NAME    the terminal's account (default: kiosk); made without a password if there is none
  --tty N        the virtual terminal, 1 to 6 (default: 1)
  --usb-storage  leave USB disks usable
  --dry-run      say what would be done
  --root DIR     an image's directory instead of this machine
  --uninstall    take away what this script put there; the account and its home stay
  COMMAND        default: /usr/bin/kiosk run
END
}

fail() {
    printf 'install.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

session='' user=kiosk tty=1 usb='' dry='' root='' uninstall='' command=(/usr/bin/kiosk run)

parse() {
    while (($#)); do
        case $1 in
        --session | --user | --tty | --root)
            [[ ${2:-} ]] || fail "$1 wants a value" 2
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        --usb-storage) usb=yes ;;
        --dry-run) dry=yes ;;
        --uninstall) uninstall=yes ;;
        --help) usage && exit 0 ;;
        --) shift && command=("$@") && break ;;
        *) fail "unknown argument: $1" 2 ;;
        esac
        shift
    done
}

check_arguments() {
    root=${root%/}
    [[ -z $root || (-d $root && $root = /*) ]] || fail "--root is an absolute path of a directory" 2
    [[ -z $uninstall ]] || return 0
    [[ $session = cage || $session = x ]] || fail "--session is cage or x" 2
    [[ $user =~ ^[a-z_][a-z0-9_-]{0,30}$ && $user != root ]] || fail "--user is the name of an ordinary account" 2
    [[ $tty =~ ^[1-6]$ ]] || fail "--tty is a number from 1 to 6" 2
    [[ ${command[0]:-} = /* ]] || fail "COMMAND begins with an absolute path" 2
    # These go into a unit file as they are: what systemd or sed would read as something else is refused.
    [[ "${command[*]}" =~ ^[A-Za-z0-9_./:=\ -]+$ ]] || fail "COMMAND has a character that a unit file would not take as it is" 2
}

# What the machine must have, and what must not be in the way.
check_machine() {
    [[ -n $dry || -n $root || $EUID -eq 0 ]] || fail "run it as root"
    [[ -d $root/etc/systemd ]] || fail "no systemd here"
    local program needed=(/usr/bin/cage)
    [[ $session = cage ]] || needed=(/usr/bin/startx /usr/lib/xorg/Xorg /usr/bin/xauth)
    for program in "${needed[@]}" "${command[0]}"; do
        [[ -x $root$program ]] || fail "$program is not installed"
    done
    [[ ! -e $root/etc/systemd/system/display-manager.service ]] ||
        fail "a display manager would take the screen: disable it first (systemctl disable --now display-manager)"
    # Of several sections of flags the X server reads one, and that of xorg.conf before all others.
    [[ $session = cage || ! -f $root/etc/X11/xorg.conf ]] || ! grep -qi '"ServerFlags"' "$root/etc/X11/xorg.conf" ||
        fail "/etc/X11/xorg.conf has a section ServerFlags, which the X server would read in the place of ours"
    local group
    group=$(awk -F: -v u="$user" '$1 ~ /^(root|sudo|wheel|adm|disk|docker|lxd|libvirt|plugdev|input|tty|video)$/ {
        n = split($4, m, ","); for (i = 1; i <= n; i++) if (m[i] == u) { print $1; exit } }' "$root/etc/group")
    [[ -z $group ]] || fail "$user is in the group $group: take it out (gpasswd --delete $user $group)"
}

run() {
    if [[ $dry ]]; then
        printf 'would run: %s\n' "$*"
    else
        "$@"
    fi
}

field() { awk -F: -v u="$user" -v n="$1" '$1 == u { print $n }' "$root/etc/passwd"; }

make_account() {
    local where=()
    [[ -z $root ]] || where=(--prefix "$root")
    if [[ -z $(field 3) ]]; then
        # No password and no shell: the unit is the only way into it (vector 145).
        run useradd "${where[@]}" --create-home --shell /usr/sbin/nologin --comment "Enable3 kiosk" "$user"
    else
        [[ $(field 3) -ne 0 ]] || fail "$user is root by another name"
        run usermod "${where[@]}" --lock --shell /usr/sbin/nologin "$user"
    fi
}

# The files of the kit, as pairs of lines: where it is here, where it goes.
files() {
    local tree file uid
    uid=$(field 3)
    for tree in common "$session"; do
        while IFS= read -r file; do
            [[ -z $usb || $file != */modprobe.d/* && $file != */udev/* ]] || continue
            printf '%s\n%s\n' "$file" "$root${file#"$here/$tree"}" | sed "2s/@UID@/${uid:-NEW}/"
        done < <(find "$here/$tree" -type f | sort)
    done
}

links() {
    local unit
    for unit in "${masked[@]}"; do
        printf '%s\n%s\n' /dev/null "$root/etc/systemd/system/$unit"
    done
    printf '%s\n%s\n' "/etc/systemd/system/enable3-kiosk@.service" \
        "$root/etc/systemd/system/graphical.target.wants/enable3-kiosk@$tty.service"
    printf '%s\n%s\n' /lib/systemd/system/graphical.target "$root/etc/systemd/system/default.target"
}

fill_in() { sed -e "s|@USER@|$user|g" -e "s|@HOME@|$(field 6)|g" -e "s|@COMMAND@|${command[*]}|g" "$1"; }

ours() { [[ -f $root$kept ]] && grep -qxF "${1#"$root"}" "$root$kept"; }

# Another's file is never replaced: all are looked at before the first one is written.
check_places() {
    local from to
    while IFS= read -r from && IFS= read -r to; do
        [[ ! -e $to && ! -L $to ]] || ours "$to" || cmp -s "$to" <(fill_in "$from") ||
            fail "$to is there and not of this kit: look at it, and move it away"
    done < <(files)
    while IFS= read -r from && IFS= read -r to; do
        [[ ! -e $to && ! -L $to ]] || ours "$to" || [[ $(readlink "$to") = "$from" ]] ||
            fail "$to is there and not of this kit: look at it, and move it away"
    done < <(links)
}

put() {
    local from to
    while IFS= read -r from && IFS= read -r to; do
        if [[ $dry ]]; then
            printf 'would write: %s\n' "$to"
        else
            fill_in "$from" | install -D -m 644 /dev/stdin "$to"
        fi
    done < <(files)
    while IFS= read -r from && IFS= read -r to; do
        run mkdir -p "$(dirname "$to")"
        run ln -sfn "$from" "$to"
    done < <(links)
}

remember() {
    [[ -z $dry ]] || return 0
    mkdir -p "$(dirname "$root$kept")"
    { files && links; } | awk 'NR % 2 == 0' | sed "s|^$root||" >"$root$kept.new"
    mv "$root$kept.new" "$root$kept"
}

# What an earlier run put there: all of it, or, before another session is installed, what that one has no use for.
take_away() {
    local file
    [[ -f $root$kept ]] || return 0
    while IFS= read -r file; do
        run rm -f "$root$file"
        [[ -n $dry ]] || rmdir --ignore-fail-on-non-empty "$(dirname "$root$file")" 2>/dev/null || true
    done <"$root$kept"
    run rm -f "$root$kept"
}

main() {
    parse "$@"
    check_arguments
    if [[ $uninstall ]]; then
        [[ -n $dry || -n $root || $EUID -eq 0 ]] || fail "run it as root"
        take_away
        echo "removed; the account and its home are still there. Restart the machine."
        return
    fi
    check_machine
    check_places
    take_away
    make_account
    put
    remember
    [[ -z $dry ]] || return 0
    echo "done. Restart the machine, then run \`kiosk doctor\` as $user: it names what is missing."
}

main "$@"
