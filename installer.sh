#!/usr/bin/env bash
# Finds or downloads Node.js, installs the npm packages and starts ./vod-receiver.
# It uses only bash 3.2 and options that BSD's tools have too, because macOS has nothing newer.
set -eu
# The installed files run with the user's keys, so no other user may write to them.
umask go-w

NODE=v22.23.3
MIRRORS="https://nodejs.org/dist https://mirrors.cloud.tencent.com/nodejs-release"
NEEDED="Node.js 20.19, 22.12 or 24 (or newer, but not 21 or 23) with npm, which Jest and the build tools require"

# As published: https://nodejs.org/dist/v22.23.3/SHASUMS256.txt
checksum_of() {
  case $1 in
    linux-x64) echo 1084aa36196bba4c3a5e69a1ee388a6e4ff729dad09445fbcd434b28fe3c24af ;;
    linux-arm64) echo 5ced2d48d1d7198739b7f86804de0171aefb6823b684b12341d3321afc3cb0b2 ;;
    darwin-x64) echo 8a677b0219178efd6eb0e475457c4afb452b521a92f6e67845a73bd85727f2a8 ;;
    darwin-arm64) echo 23b25245dcfb9af7262f8ff142e9e2e0af025368117329e7a7458a51e5922f53 ;;
  esac
}

USAGE='bash installer.sh --local [--once]
    Try everything on this machine against the local cloud, a stand-in for Tencent Cloud. You need no account.
    With --once it exits when the outputs of the sample video have arrived.
SECRET_ID=... SECRET_KEY=... APPID=... bash installer.sh [--yes]
    Deploy to Tencent Cloud and print the service address.
    With --yes it makes the tables that RECORD_URL lacks without a prompt.
    TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY serve if SECRET_ID and SECRET_KEY are not set.
    Optional environment variables. Pass the same values on every deployment, except the "kept" ones:
      SECRET_TOKEN (of a temporary key), REGION, SUBAPPID, DEFINITIONS, MODE (normal or reliable), ROLE, NAMESPACE, FUNCTION,
      KEYS (environment: put the key pair into the functions if no role can be created),
      SIGN_KEY, PATH_TOKEN, CONCURRENCY, RECORD_URL, PUBLISH_URL, PUBLISH_SECRET, VPC_ID and SUBNET_ID,
      SITE (china or intl) and API_DOMAIN (all kept), RECORD_CA (a file), NODE_MIRROR (where to download Node.js; separate several by spaces)'

# Only ./vod-receiver at the end gets the keys in its environment.
SECRET_NAMES="SECRET_ID SECRET_KEY SECRET_TOKEN PATH_TOKEN SIGN_KEY SIGN_KEY_NEXT RECORD_URL PUBLISH_URL PUBLISH_SECRET
  TENCENTCLOUD_SECRETID TENCENTCLOUD_SECRETKEY TENCENTCLOUD_SESSIONTOKEN
  TENCENTCLOUD_SECRET_ID TENCENTCLOUD_SECRET_KEY TENCENTCLOUD_SESSION_TOKEN"
# shellcheck disable=SC2086,SC2163 # each word is a variable
export -n $SECRET_NAMES

say() { printf '[%s] %s\n' "$(date '+%Y-%m-%d %H:%M:%S')" "$*"; }
complain() { printf '%s\n' "$@" >&2; }
fail() { complain "$@"; exit 1; }
misused() { complain "$@" "$USAGE"; exit 2; }

check_variables() {
  if [ -z "${SECRET_ID:-}${SECRET_KEY:-}" ] && [ -n "${TENCENTCLOUD_SECRET_ID:-}" ]; then
    # shellcheck disable=SC2034 # exported at the end
    SECRET_ID=$TENCENTCLOUD_SECRET_ID SECRET_KEY=${TENCENTCLOUD_SECRET_KEY:-} SECRET_TOKEN=${TENCENTCLOUD_SESSION_TOKEN:-}
  fi
  local name value problems='' code=1 console=https://console.cloud.tencent.com
  for name in SECRET_ID SECRET_KEY APPID; do
    value=${!name:-}
    case $name:$value in
      "$name:") problems="$problems $name is missing." ;;
      APPID:*[!0-9]*) code=2 problems="$problems APPID is malformed: it must contain only digits." ;;
      APPID:*) ;;
      *:*[!A-Za-z0-9_.+/=-]*) code=2 problems="$problems $name is malformed: it contains white space, quotes or other characters that no key has." ;;
      *) [ ${#value} -ge 16 ] || code=2 problems="$problems $name is malformed: it is too short." ;;
    esac
  done
  case ${MODE:-normal} in
    normal | reliable) ;;
    *) code=2 problems="$problems MODE must be \"normal\" or \"reliable\" (got \"$MODE\")." ;;
  esac
  # The rules of scripts/name-rules.ts.
  [[ ${REGION:-ap-guangzhou} =~ ^[a-z]+(-[a-z0-9]+)+$ ]] ||
    code=2 problems="$problems REGION must be a region such as ap-guangzhou."
  [[ ${NAMESPACE:-vod_demo} =~ ^[A-Za-z][A-Za-z0-9_-]{0,29}$ ]] ||
    code=2 problems="$problems NAMESPACE must be 1 to 30 letters, digits, - and _, beginning with a letter."
  [[ ${FUNCTION:-callback} =~ ^[A-Za-z][A-Za-z0-9_-]{0,52}[A-Za-z0-9]$ ]] ||
    code=2 problems="$problems FUNCTION must be 2 to 54 letters, digits, - and _, beginning with a letter and not ending with - or _."
  case ${SITE:-china} in
    china) ;;
    intl) console=https://console.tencentcloud.com ;;
    *) code=2 problems="$problems SITE must be \"china\" or \"intl\" (got \"$SITE\")." ;;
  esac
  [ -z "$problems" ] || {
    complain "Nothing was installed.$problems" \
      "Copy your keys and the APPID from $console/cam/capi, then run:" \
      "  SECRET_ID=... SECRET_KEY=... APPID=... bash installer.sh" \
      "To try it without an account: bash installer.sh --local"
    exit "$code"
  }
}

# Prints what is wrong with the Node.js on the PATH; nothing if it can be used.
node_trouble() {
  local node version minor
  node=$(command -v node) || { echo "Node.js is not on the PATH"; return; }
  version=$(node --version 2>/dev/null) || { echo "$node does not run"; return; }
  minor=${version#*.} minor=${minor%%.*}
  case $version in
    v20.*) [ "$minor" -ge 19 ] ;;
    v22.*) [ "$minor" -ge 12 ] ;;
    v2[4-9].* | v[3-9][0-9].*) ;;
    *) false ;;
  esac || { echo "$node is $version"; return; }
  npm --version >/dev/null 2>&1 || echo "$node is $version, but its npm does not run"
}

# Prints the name of the official build for this system, or fails.
find_platform() {
  local system libc minor what platform=
  system=$(uname -s) what="$system on $(uname -m)"
  case $what in
    "Linux on x86_64") platform=linux-x64 ;;
    "Linux on aarch64") platform=linux-arm64 ;;
    "Darwin on x86_64") platform=darwin-x64 ;;
    "Darwin on arm64") platform=darwin-arm64 ;;
  esac
  if [ "$system" = Linux ]; then
    libc=$(getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | sed -n 1p)
    minor=${libc##* 2.} minor=${minor%%[!0-9]*}
    case $libc in *musl*) libc=musl ;; esac
    [ "${minor:-0}" -ge 28 ] || platform='' what="$what with $libc"
    [ "$(getconf LONG_BIT 2>/dev/null)" != 32 ] || platform='' what="$what, 32-bit"
  elif [ "$system" = Darwin ]; then
    minor=$(uname -r) what="$what, release $minor"
    [ "${minor%%.*}" -ge 20 ] || platform=''
  fi
  [ -n "$platform" ] || fail "Nothing was installed: $trouble, and the Node.js that this script downloads does not run on this system ($what)." \
    "It needs Linux with glibc 2.28 or newer (as in Debian 10, Ubuntu 18.10, CentOS 8) or macOS 11 or newer, on x64 or arm64." \
    "Install $NEEDED. Then run this again."
  echo "$platform"
}

# Whether a process is another installer. A killed one's id may be that of any process now: in a container, of this one or
# of the first. A command that can't be read counts as an installer's.
is_installer() {
  [ "$1" != $$ ] || return 1
  kill -0 "$1" 2>/dev/null || ps -p "$1" >/dev/null 2>&1 || return 1
  case $(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null || ps -p "$1" -o args= 2>/dev/null) in
    '' | *installer.sh*) return 0 ;;
    *) return 1 ;;
  esac
}

# Lets one installer run at a time: a symbolic link is created in one step, together with its holder's process id.
lock() {
  local holder reported='' misses=0
  until ln -sn $$ "$1" 2>/dev/null; do
    if ! holder=$(readlink "$1"); then
      misses=$((misses + 1))
      [ "$misses" -lt 3 ] || fail "${1%/*} can't be written to. Run this as a user with write permission, or from a checkout of your own."
      sleep 1
    elif is_installer "$holder" || ! mkdir "$1.broken" 2>/dev/null; then
      [ -n "$reported" ] || say "Waiting for another installer (process $holder). If no such process runs, remove $1 and $1.broken."
      reported=yes
      sleep 1
    else # Its holder was killed, and no other installer is removing the lock.
      [ "$(readlink "$1")" != "$holder" ] || rm -f "$1"
      rmdir "$1.broken"
    fi
  done
  held=$1
}
unlock() { rm -f "$held"; held=''; }

download() {
  if [ -z "$(command -v curl)" ]; then wget -q -t 2 -T 30 -O "$2" "$1"; return; fi
  local progress=-sS
  [ ! -t 2 ] || progress=-#
  curl -fL "$progress" --retry 2 --connect-timeout 15 --speed-limit 1000 --speed-time 30 -o "$2" "$1"
}

sha256() { if [ -n "$(command -v sha256sum)" ]; then sha256sum; else shasum -a 256; fi <"$1" | cut -d ' ' -f 1; }

install_node() {
  local name=node-$NODE-$platform file sum mirror url tool
  for tool in "curl wget" "sha256sum shasum" tar gzip; do
    # shellcheck disable=SC2086 # each word is a tool
    [ -n "$(command -v $tool)" ] || fail "Nothing was installed: $trouble, and downloading it needs ${tool/ / or }. Install ${tool/ / or }, then run this again."
  done
  mkdir -p "$share" || fail "Node.js can't be installed in $share, which can't be created. Set another folder: XDG_DATA_HOME=/... bash installer.sh"
  lock "$share/.lock"
  if [ -n "$(node_trouble)" ]; then
    say "Start installing Node.js $NODE."
    say "Installing into $own, because $trouble. This needs $NEEDED."
    scratch=$share/.partial file=$scratch/$name.tar.gz
    rm -rf "$scratch"
    mkdir "$scratch"
    for mirror in ${NODE_MIRROR:-$MIRRORS}; do
      url=${mirror%/}/$NODE/$name.tar.gz
      say "Downloading $url (about 55 MB)."
      download "$url" "$file" || { complain "The download of $url failed."; continue; }
      sum=$(sha256 "$file")
      [ "$sum" != "$(checksum_of "$platform")" ] || break
      complain "The download of $url was rejected: its SHA-256 is $sum instead of $(checksum_of "$platform")."
      rm -f "$file"
    done
    [ "${sum:-}" = "$(checksum_of "$platform")" ] || fail "Node.js could not be downloaded. Check the connection, or set a mirror (NODE_MIRROR=https://... bash installer.sh)," \
      "or install $NEEDED. Then run this again."
    tar -xzo -C "$scratch" -f "$file" || fail "Node.js could not be unpacked in $scratch. Check that the disk has space, then run this again."
    PATH=$scratch/$name/bin:$PATH "$scratch/$name/bin/npm" --version >/dev/null ||
      fail "The downloaded Node.js does not run on this system. Install $NEEDED. Then run this again."
    rm -rf "$own"
    mv "$scratch/$name" "$own"
    rm -rf "$scratch"
    scratch=''
    say "Node.js $NODE is successfully installed."
  fi
  unlock
}

# npm writes this file last.
packages_are_installed() { [ "$root/node_modules/.package-lock.json" -nt "$root/package-lock.json" ]; }

install_packages() {
  lock "$root/.installing"
  if ! packages_are_installed; then
    say "Start installing node_modules."
    output=$(cd "$root" && npm ci --ignore-scripts --omit=dev 2>&1) ||
      fail "$output" "The npm packages could not be installed in $root, because npm ci failed (see above). Check the connection to the npm registry, then run this again."
    say "node_modules is successfully installed."
  fi
  unlock
}

command=deploy once='' yes='' held='' scratch=''
for argument; do
  case $argument in
    --local) command=local ;;
    --once) once=--once ;;
    --yes) yes=--yes ;;
    -h | --help) printf '%s\n' "$USAGE"; exit ;;
    # It may be a key, so it is not printed.
    *) misused "Unknown argument. The arguments are --local, --once, --yes and --help. Pass keys as variables before the word bash." ;;
  esac
done
[ -z "$once" ] || [ "$command" = local ] || misused "--once needs --local."
root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
[ -z "$yes" ] || [ "$command" = deploy ] || misused "--yes is for a deployment, not for --local."
[ "$command" = local ] || check_variables

trap 'rm -rf "$scratch" "$held"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
trouble=$(node_trouble)
if [ -n "$trouble" ]; then
  platform=$(find_platform)
  case ${XDG_DATA_HOME:-} in
    /*) share=$XDG_DATA_HOME/vod-receiver ;;
    *) share=${HOME:-}/.local/share/vod-receiver ;;
  esac
  own=$share/node-$NODE-$platform
  export PATH="$own/bin:$PATH"
  [ -z "$(node_trouble)" ] || install_node
fi
packages_are_installed || install_packages
# From here on ./vod-receiver runs on the Node.js that this script installed, or on the one on the PATH.
rm -f "$root/.node"
[ -z "$trouble" ] || printf '%s\n' "$own/bin/node" >"$root/.node"
# shellcheck disable=SC2086,SC2163 # each word is a variable
export $SECRET_NAMES
exec sh "$root/vod-receiver" "$command" ${once:+"$once"} ${yes:+"$yes"}
