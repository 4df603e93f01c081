# shellcheck shell=bash disable=SC2153 # WORK is bootstrap's, and no slip of work
# The part of bootstrap that makes what is shipped, and tries it. Sourced there; uses its functions and variables.
set -euo pipefail

# What a build has to be told of the caller's environment, which the account is not given otherwise: who signs, where
# packages come from, and the commit's time, since the staged tree has no history.
build_settings() {
  local name pair
  SESSION=("SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" -c safe.directory="$ROOT" log -1 --format=%ct)}")
  while IFS= read -r -d '' pair; do SESSION+=("$pair"); done < <(pip_settings)
  while read -r name; do SESSION+=("$name=${!name}"); done < <(compgen -e | grep -E \
    '^(KIOSK_(APT|SIGN|WEBVIEW2)[A-Z0-9_]*|GNUPGHOME|PIP_.*|UV_.*|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|(https?|no|all)_proxy|(HTTPS?|NO|ALL)_PROXY)$')
}

# The caller's pip.conf as variables: the account may not be able to read it.
pip_settings() {
  "$VENV/bin/python" -m pip --disable-pip-version-check config list | "$VENV/bin/python" -c '
import ast, sys
for line in sys.stdin:
    name, _, value = line.partition("=")
    section, _, key = name.partition(".")
    if section in ("global", "install"):
        sys.stdout.write(f"PIP_{key.upper().replace(chr(45), chr(95))}={ast.literal_eval(value)}\0")'
}

# Put a folder of the account's results into the checkout, file by file: no link that it planted is followed.
fetch_folder() {
  local new file
  new=$(mktemp -d "$ROOT/.fetch.XXXXXX")
  while IFS= read -r -d '' file; do
    case $file in /* | *..* | *$'\n'*) die "a name that no artefact has: $file" ;; esac
    mkdir -p "$new/$(dirname "$file")"
    as_account cat "$WORK/out/$1/$file" >"$new/$file"
  done < <(as_account find "$WORK/out/$1" -type f -printf '%P\0')
  chmod -R u=rwX,go=rX "$new"
  chown -R --reference="$ROOT" "$new"
  rm -rf "${ROOT:?}/$2"
  mv -T "$new" "$ROOT/$2"
}

# Debian 12's osslsigncode (2.5) can neither verify offline nor use a time-stamping key of our own. Its backports have one
# that can: this one package is taken from there, checked by Debian's keys; no source is added to the system.
newer_osslsigncode() {
  local folder mirror apt as_root=()
  if dpkg --compare-versions "$(dpkg-query -W -f='${Version}' osslsigncode)" ge 2.7; then return 0; fi
  say 'osslsigncode: too old; taking the one of the backports'
  # shellcheck disable=SC2016 # apt-get expands it
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Codename: bookworm' |
    head -n 1)
  [ -n "$mirror" ] || die 'osslsigncode 2.7 or newer is needed, and this is no Debian 12 whose backports have it'
  folder=$(mktemp -d)
  mkdir -p "$folder/lists/partial"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s bookworm-backports main\n' "$mirror" >"$folder/list"
  apt=(apt-get -q -o Dir::Etc::sourcelist="$folder/list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$folder/lists"
    -o Dir::Cache="$folder" -o APT::Sandbox::User=)
  is_root || as_root=(sudo)
  if ! { (cd "$folder" && "${apt[@]}" update && "${apt[@]}" download osslsigncode) &&
    "${as_root[@]}" apt-get -q -y install --no-install-recommends "$folder"/osslsigncode_*.deb; } >"$folder/log" 2>&1; then
    tail -n 20 "$folder/log" >&2
    die 'osslsigncode could not be taken from the backports: see above'
  fi
  rm -rf "$folder"
}

make_dist() {
  local status=0 out=$ROOT/dist work=$ROOT/build
  set_up kiosk webkitgtk virtual-display dist
  newer_osslsigncode
  build_settings
  if is_root; then out=$WORK/out/dist work=$WORK/build; fi
  cd "$TREE"
  as_account_until_told python packaging/build/dist.py --only "${1:-}" --out "$out" --work "$work" || status=$?
  if is_root && as_account test -d "$out"; then fetch_folder dist dist; fi
  say "what was made is in $ROOT/dist, with SHA256SUMS"
  [ "$status" -eq 0 ] || die "not everything could be made: see above"
}

# Trials run by the account, and those that need root by root, who runs nothing that another account could write.
try_dist() {
  local dist=$ROOT/dist trials=(python -m pytest -p no:cacheprovider -p no:randomly -v -rs tests/build/trials)
  [ -f "$dist/SHA256SUMS" ] || die "there is nothing to try in $dist: run 'make dist' first"
  [ -z "${1:-}" ] || trials+=(-k "$1")
  set_up kiosk webkitgtk virtual-display test dist dist-test
  newer_osslsigncode
  build_settings
  if is_root; then
    rm -rf "$STAGE/dist"
    cp -R --reflink=auto "$dist" "$STAGE/dist"
    dist=$STAGE/dist
    chown -R 0:0 "$dist"
    chmod -R u=rwX,go=rX "$dist"
  fi
  (cd "$dist" && sha256sum --check --quiet SHA256SUMS) || die "$ROOT/dist is not what 'make dist' made: see above"
  cd "$TREE"
  try_as_account "$dist" "${trials[@]}" -m 'not as_root'
  try_as_root "$dist" "${trials[@]}" -m as_root
  verdict
}

try_as_account() { # dist, command...
  local dist=$1 status=0
  shift
  say 'trials of an ordinary account'
  as_account_until_told env KIOSK_DIST="$dist" "$@" || status=$?
  judge_trials 'trials of an ordinary account' "$status"
}

try_as_root() { # dist, command...
  local dist=$1 status=0 run=()
  shift
  say 'trials of root'
  if ! is_root; then
    run=(sudo)
    say 'sudo: a fresh Debian is installed in a folder of /tmp, and its package managers want to be root'
  fi
  # By standard input: an index's address may have a password in it, and sudo's arguments are in every process list.
  # shellcheck disable=SC2016 # for the inner shell to expand
  "${run[@]}" env -i PATH="$VENV/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" LANG=C.UTF-8 HOME=/nonexistent \
    PYTHONDONTWRITEBYTECODE=1 KIOSK_DIST="$dist" bash -c \
    'while IFS= read -r -d "" pair; do export "${pair?}"; done; exec "$@" </dev/null' bash "$@" \
    < <(printf '%s\0' "${SESSION[@]}") || status=$?
  judge_trials 'trials of root' "$status"
}

# pytest ends with 5 where no trial is left: with a WORD, all may be the other one's.
judge_trials() { # name, status
  case $2 in
    0) say "$1: ok" ;;
    5) say "$1: none of that name" ;;
    *) FAILED+=("$1") ;;
  esac
}
