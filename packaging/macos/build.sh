#!/bin/bash
# From the tree to the package, on a Mac with Xcode's command line tools and Python 3.11 from python.org: what
# .github/workflows/macos.yml runs. Without a certificate it makes an unsigned package for a trial. ICONS is a folder that
# packaging/build/icons.py made on Linux, whose tools draw them. The variables are those of sign.sh, pkg.sh and notarize.sh.
# NOT RUN on a Mac. macOS has bash 3.2.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here root=$here/../..

fail() {
    printf 'build.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

[[ $# -eq 2 && -d $1 ]] || fail 'usage: build.sh ICONS OUT' 2
[[ $(uname -s) == Darwin ]] || fail 'only a Mac can make this: codesign, pkgbuild and notarytool are Apple'"'"'s'
mkdir -p "$2"
icons=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
readonly icons out python=${KIOSK_PYTHON:-python3.11}

"$python" "$root/packaging/build/bundle.py" macos --out "$out/bundles" --work "$root/build/macos" --icons "$icons"
readonly app="$out/bundles/macos/Enable3 Kiosk.app"
[[ -d $app ]] || fail "bundle.py made no $app"
version=$("$app/Contents/MacOS/kiosk" --version | awk '{print $NF}')
readonly version

# Into the seal of the signature: the lock-down kit, and what takes everything away again.
cp -R "$here/lockdown" "$app/Contents/Resources/lockdown"
install -m 755 "$here/uninstall.sh" "$app/Contents/Resources/uninstall.sh"

cp "$out/bundles/macos/sbom.cdx.json" "$out/enable3-kiosk-$version-macos-$(uname -m).cdx.json"

KIOSK_MACOS_IDENTITY=${KIOSK_MACOS_IDENTITY:--} "$here/sign.sh" "$app"
"$here/pkg.sh" "$app" "$version" "$out"
if [[ ${KIOSK_MACOS_INSTALLER_IDENTITY:-} ]]; then
    for package in "$out/enable3-kiosk-$version"*.pkg; do "$here/notarize.sh" "$package"; done
fi
