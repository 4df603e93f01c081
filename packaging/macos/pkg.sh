#!/bin/bash
# Makes the installer package of a signed application: enable3-kiosk-VERSION.pkg. NOT RUN on a Mac. macOS has bash 3.2.
#   KIOSK_MACOS_INSTALLER_IDENTITY  "Developer ID Installer: … (TEAM)"; unset, the package is not signed and says so
#   KIOSK_MACOS_KEYCHAIN            the keychain that has it, if it is not in the search list
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here id=com.enable3.kiosk

fail() {
    printf 'pkg.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

[[ $# -eq 3 && -d ${1%/}/Contents/MacOS && $2 =~ ^[0-9]+(\.[0-9]+){1,2}$ && -d $3 ]] ||
    fail 'usage: pkg.sh "Enable3 Kiosk.app" VERSION OUT' 2
readonly app=${1%/} version=$2 out=${3%/}
machine=$(uname -m) # PyInstaller makes what its Python is
readonly machine
case $machine in
arm64) suffix='' ;;
x86_64) suffix=-x86_64 ;;
*) fail "no Mac is a $machine" ;;
esac
readonly package=$out/enable3-kiosk-$version$suffix.pkg

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/root/Applications" "$work/root/usr/local/bin"
cp -R "$app" "$work/root/Applications/"
install -m 755 "$here/kiosk" "$work/root/usr/local/bin/kiosk"

# The bundle stays where it is put (not where somebody moved an older one), and an older version may replace a newer one:
# that is how a release is taken back.
pkgbuild --analyze --root "$work/root" "$work/component.plist"
plutil -replace 0.BundleIsRelocatable -bool NO "$work/component.plist"
plutil -replace 0.BundleIsVersionChecked -bool NO "$work/component.plist"
plutil -replace 0.BundleOverwriteAction -string upgrade "$work/component.plist"

mkdir "$work/packages"
pkgbuild --root "$work/root" --component-plist "$work/component.plist" --scripts "$here/scripts" --identifier "$id" \
    --version "$version" --install-location / --ownership recommended "$work/packages/kiosk.pkg"
sed -e "s|@VERSION@|$version|g" -e "s|@MACHINE@|$machine|g" "$here/distribution.xml" >"$work/distribution.xml"

signature=()
if [[ ${KIOSK_MACOS_INSTALLER_IDENTITY:-} ]]; then
    signature=(--sign "$KIOSK_MACOS_INSTALLER_IDENTITY" --timestamp)
    if [[ ${KIOSK_MACOS_KEYCHAIN:-} ]]; then signature+=(--keychain "$KIOSK_MACOS_KEYCHAIN"); fi
else
    printf 'pkg.sh: warning: KIOSK_MACOS_INSTALLER_IDENTITY is not set: the package is not signed\n' >&2
fi
# "${a[@]+…}": bash 3.2 takes an empty array for one that is not set.
productbuild --distribution "$work/distribution.xml" --package-path "$work/packages" \
    ${signature[@]+"${signature[@]}"} "$package"
if ((${#signature[@]})); then pkgutil --check-signature "$package"; fi
printf '%s\n' "$package"
