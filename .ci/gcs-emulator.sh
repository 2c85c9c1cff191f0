#!/usr/bin/env bash
# Runs the contract tests of Google Cloud Storage against a real emulator: fake-gcs-server (Go), else
# gcp-storage-emulator (Python), installed into a directory of its own. Needs a build.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
pid=
clean() {
  if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  chmod -R u+w "$place" && rm -rf "$place"
}
trap clean EXIT
port=$(node -p 'const s = require("net").createServer().listen(0, "127.0.0.1", () => s.close()); s.address().port')

if command -v go >/dev/null &&
  GOBIN=$place GOFLAGS=-mod=mod timeout 300 go install github.com/fsouza/fake-gcs-server@v1.56.1 >"$place/install.log" 2>&1; then
  emulator='fake-gcs-server'
  "$place/fake-gcs-server" -backend memory -scheme http -host 127.0.0.1 -port "$port" \
    -public-host "127.0.0.1:$port" >"$place/server.log" 2>&1 &
elif command -v python3 >/dev/null && python3 -m venv "$place/venv" >>"$place/install.log" 2>&1 &&
  timeout 300 "$place/venv/bin/pip" install -q gcp-storage-emulator setuptools >>"$place/install.log" 2>&1; then
  emulator='gcp-storage-emulator'
  "$place/venv/bin/gcp-storage-emulator" start --host 127.0.0.1 --port "$port" --in-memory >"$place/server.log" 2>&1 &
else
  echo 'skipped: neither fake-gcs-server (go) nor gcp-storage-emulator (pip) could be installed'
  exit 0
fi
pid=$!

for _ in $(seq 100); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  kill -0 "$pid" 2>/dev/null || { cat "$place/server.log"; exit 1; }
  sleep 0.1
done
echo "$emulator on port $port"
IMAGOR_TEST_GCS_EMULATOR=http://127.0.0.1:$port npm test --silent -- test/contract/gcs.test.ts
