#!/usr/bin/env bash
# Runs the contract tests of Google Cloud Storage against a real emulator, fake-gcs-server, which Go installs.
# Not gcp-storage-emulator of PyPI: it hangs up on empty uploads.
set -euo pipefail
cd "$(dirname "$0")/.."
place=$(mktemp -d)
pid=
clean() {
  if [ -n "$pid" ]; then kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; fi
  rm -rf "$place"
}
trap clean EXIT

if ! command -v go >/dev/null; then
  echo 'skipped: fake-gcs-server needs Go to be installed'
  exit 0
fi
if ! GOBIN=$place GOFLAGS=-mod=mod timeout 300 go install github.com/fsouza/fake-gcs-server@v1.56.1 2>"$place/install.log"; then
  echo "skipped: fake-gcs-server could not be installed: $(tail -n 1 "$place/install.log")"
  exit 0
fi

port=$(node -e 'require("net").createServer().listen(0, "127.0.0.1", function () { console.log(this.address().port); this.close(); })')
"$place/fake-gcs-server" -backend memory -scheme http -host 127.0.0.1 -port "$port" \
  -public-host "127.0.0.1:$port" >"$place/server.log" 2>&1 &
pid=$!
until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 "$pid" 2>/dev/null || { cat "$place/server.log"; exit 1; }
  sleep 0.1
done
IMAGOR_TEST_GCS_EMULATOR=http://127.0.0.1:$port npm test --silent -- test/contract/gcs.test.ts
