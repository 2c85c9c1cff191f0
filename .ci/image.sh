#!/usr/bin/env bash
# Builds a target of deploy/Dockerfile for real and tries the image: bash .ci/image.sh [slim|full] (default: slim).
# There is no Docker engine to be had here: buildah runs the Dockerfile's steps in a chroot. Its base cannot be pulled
# either, so one is made in its place: the same Debian by debootstrap, the same Node from npm. Takes minutes, most of them for
# debootstrap and npm. IMAGOR_BASE_ROOT=DIR keeps the base's files there for the next time.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:-slim}
name=imagor-ts/imagor:$target
packages=(buildah debootstrap)

if [ "$(id -u)" != 0 ]; then echo 'skipped: the image is built as root'; exit 0; fi
missing() { for program in "${packages[@]}"; do command -v "$program" >/dev/null || return 0; done; return 1; }
if missing && ! { command -v apt-get && apt-get update -q && apt-get install -q -y --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1; then
  echo "skipped: ${packages[*]} could not be installed"
  exit 0
fi

place=$(mktemp -d)
buildah() { command buildah --root "$place/store" --runroot "$place/run" --storage-driver vfs "$@"; }
container=
clean() {
  if [ -n "$container" ]; then buildah umount "$container" >/dev/null || true; fi
  buildah rm --all >/dev/null || true
  rm -rf "$place"
}
trap clean EXIT

base=$(sed -n 's/^ARG BASE=//p' deploy/Dockerfile) # node:24-trixie-slim
suite=${base#*-} suite=${suite%-slim}
version=${base#*:} version=${version%%-*}
root=${IMAGOR_BASE_ROOT:-$place/base}
log=$place/log

if ! [ -x "$root/usr/local/bin/node" ]; then
  if ! debootstrap --variant=minbase "$suite" "$root" >"$log" 2>&1; then
    echo "skipped: Debian $suite could not be installed: $(tail -n 1 "$log")"
    exit 0
  fi
  rm -f "$root"/var/cache/apt/archives/*.deb
  if ! (cd "$place" && npm pack --silent "node-linux-$(node -p process.arch)@$version" >"$log" 2>&1); then
    echo "skipped: Node $version could not be had from npm: $(tail -n 1 "$log")"
    exit 0
  fi
  packed=$(find "$place" -maxdepth 1 -name 'node-linux-*.tgz' | sort -V | tail -n 1)
  tar -xzf "$packed" -C "$place" package/bin/node
  mkdir -p "$root/usr/local/lib/node_modules"
  cp -r "$(npm root -g)/npm" "$root/usr/local/lib/node_modules/"
  ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$root/usr/local/bin/npm"
  install -m 0755 "$place/package/bin/node" "$root/usr/local/bin/node"
fi
scratch=$(buildah from scratch)
buildah add --quiet "$scratch" "$root" / >/dev/null
buildah config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$scratch"
buildah commit --quiet "$scratch" "localhost/$base" >/dev/null
buildah rm "$scratch" >/dev/null

# how this machine reaches npm's registry is told to the build while it runs, and stays out of the image
cat "$(npm config get globalconfig)" "$(npm config get userconfig)" >"$place/npmrc" 2>/dev/null || true
volumes=(--volume "$place/npmrc:/root/.npmrc:ro")
certificates=/etc/ssl/certs/ca-certificates.crt
if [ -f "$certificates" ]; then volumes+=(--volume "$certificates:$certificates:ro"); fi
buildah build --build-arg "BASE=localhost/$base" --isolation chroot --network host --format docker --quiet "${volumes[@]}" \
  --file deploy/Dockerfile --target "$target" --tag "$name" . >"$log" 2>&1 || { tail -n 40 "$log"; exit 1; }

container=$(buildah from "$name")
files=$(buildah mount "$container")
buildah inspect --type image "$name" >"$place/image.json"
size() { du -sm "$1" | cut -f1; }
echo "$name: $(size "$files") MB, $(size "$root") MB of them $base as made here; node_modules $(size "$files/app/node_modules") MB"
if [ -e "$files/root/.npmrc" ] && [ -s "$files/root/.npmrc" ]; then echo 'the image holds an npmrc'; exit 1; fi
node .ci/try-image.mjs "$files" "$place/image.json" "$target"
