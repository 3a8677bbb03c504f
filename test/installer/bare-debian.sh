#!/usr/bin/env bash
# Runs `bash installer.sh --local --once` and then other commands as an ordinary user of a bare Debian without
# Node.js, with this machine's network, and a Node.js mirror on loopback. Run it as root on Debian, with debootstrap, Node and npm.
set -euo pipefail
shopt -s inherit_errexit
project=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
debian=$work/debian
home=/home/developer
checkout="$home/the checkout"
mirror_process=
trap '[ -z "$mirror_process" ] || kill "$mirror_process"; rm -rf "$work"' EXIT

say() { printf -- '--- %s\n' "$*"; }
fail() { printf -- '!!! %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || fail "This test needs root."
for tool in debootstrap unshare node npm; do
  command -v "$tool" >/dev/null || fail "This test needs $tool."
done
version=$(sed -n 's/^NODE=v//p' "$project/installer.sh")
case $(uname -m) in
  x86_64) platform=linux-x64 ;;
  aarch64) platform=linux-arm64 ;;
  *) fail "$(uname -m) has no build to test." ;;
esac

make_debian() {
  local codename archive
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  archive=$(apt-get indextargets --format "\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" "Created-By: Packages" |
    sed -n "s/ $codename main\$//p" | head -n 1)
  [ -n "$archive" ] || fail "apt has no archive of $codename: run apt-get update."
  debootstrap --variant=minbase --include=ca-certificates,curl "$codename" "$debian" "$archive" >"$work/log" 2>&1 ||
    fail "debootstrap failed: $(tail -n 20 "$work/log")"
  cp /etc/hosts /etc/resolv.conf "$debian/etc/"
  cp -L /etc/ssl/certs/ca-certificates.crt "$debian/etc/ssl/certs/"
  chroot "$debian" useradd --create-home --home-dir "$home" developer
  # The registry is reached as it is here; names and proxies stay out of this file.
  local name value
  for name in registry proxy https-proxy noproxy; do
    value=$(npm config get "$name")
    case $value in '' | null) ;; *) echo "$name=$value" ;; esac
  done >"$debian$home/.npmrc"
  echo cafile=/etc/ssl/certs/ca-certificates.crt >>"$debian$home/.npmrc"
}

# The official binary and npm's own package, laid out as in the official archive.
serve_node() {
  local name=node-v$version-$platform
  local build=$work/build/$name served=$work/mirror/v$version
  mkdir -p "$build/lib/node_modules/npm" "$served"
  (cd "$work" && npm pack --silent "node-$platform@$version" "npm@10" >/dev/null)
  tar -xzf "$work/node-$platform-$version.tgz" -C "$build" --strip-components=1
  tar -xzf "$work"/npm-10.*.tgz -C "$build/lib/node_modules/npm" --strip-components=1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$build/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$build/bin/npx"
  chmod +x "$build"/bin/* "$build"/lib/node_modules/npm/bin/*-cli.js
  tar -cz -f "$served/$name.tar.gz" -C "$work/build" "$name"
  node -e '
    const { createReadStream, existsSync } = require("node:fs");
    const server = require("node:http").createServer(({ url }, response) => {
      const file = process.argv[1] + url;
      if (existsSync(file)) createReadStream(file).pipe(response);
      else response.writeHead(404).end();
    });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  ' "$work/mirror" >"$work/port" &
  mirror_process=$!
  until [ -s "$work/port" ]; do sleep 0.1; done
  mirror=http://127.0.0.1:$(cat "$work/port")
  checksum=$(sha256sum "$served/$name.tar.gz" | cut -d ' ' -f 1)
}

copy_project() {
  mkdir "$debian$checkout"
  # As they are in the working tree, so that it can be run before a commit.
  (cd "$project" && git -c safe.directory="$project" ls-files -z --cached --others --exclude-standard |
    tar --null --ignore-failed-read -c -T -) | tar -x -C "$debian$checkout"
  sed -i "s/^\( *$platform) echo \)[0-9a-f]*/\1$checksum/" "$debian$checkout/installer.sh"
  grep -q "$checksum" "$debian$checkout/installer.sh" || fail "installer.sh has no checksum of $platform."
  chroot "$debian" chown -R developer: "$home"
}

# With processes and mounts of its own, which all end with it.
as_developer() {
  # shellcheck disable=SC2016 # it is the inner shell's
  timeout 600 unshare --mount --pid --fork --kill-child --mount-proc="$debian/proc" sh -c '"$@"; exit $?' sh \
    chroot --userspec=developer:developer "$debian" /usr/bin/env -i HOME="$home" PATH=/usr/local/bin:/usr/bin:/bin \
    NODE_MIRROR="$mirror" "$@" 2>&1 | tee "$work/output"
}
install() { as_developer bash "$checkout/installer.sh" --local --once; }

expect() { grep -Eq -- "$1" "$work/output" || fail "The output has no line like: $1"; }

say "Making a bare Debian"
make_debian
say "Making a Node.js mirror"
serve_node
copy_project

say "The first run, as an ordinary user"
install || fail "It ended with $?."
expect "] Node.js v$version is successfully installed.$"
expect "] node_modules is successfully installed.$"
expect '] Service address: http'
for definition in 100010 100020; do
  expect "^Transcode succeeded\. FileId: [0-9]+, Definition: $definition, Url: http"
done

say "The second run"
install || fail "It ended with $?."
! grep -q 'Start installing' "$work/output" || fail "The second run installed something again."
expect '] Service address: http'

say "Other commands, on the Node.js that the installer fetched"
! as_developer node --version || fail "There is a Node.js on the PATH."
as_developer ln -s "$checkout/vod-receiver" "$home/linked"
for command in "$checkout/vod-receiver" "$home/linked"; do
  as_developer "$command" --help || fail "It ended with $?."
  expect '^Usage: vod-receiver'
done
as_developer "$checkout/vod-receiver" trigger --list || fail "It ended with $?."
expect '^ *ProcedureStateChanged'
as_developer "$checkout/vod-receiver" trigger --bundle FileDeleted || fail "It ended with $?."
expect '^200 '
as_developer "$checkout/vod-receiver" build || fail "It ended with $?."
expect '^dist/callback/index.js [0-9]+ bytes$'
say "A bare Debian without Node.js gets to the outputs with one line, and to the other commands."
