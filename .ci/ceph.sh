#!/usr/bin/env bash
# Runs the tests of S3 against a real Ceph object gateway: the contract in both styles of addressing and with the temporary
# keys of its security token service, the program with its roles, router, compose files and `imagor s3 check`; then kills
# the gateway in the middle of 1,000 requests. Needs a build.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts=../shared/s3
packages=(radosgw ceph-mon ceph-osd ceph-common curl)
missing() { for program in radosgw ceph-mon ceph-osd ceph curl; do command -v "$program" >/dev/null || return 0; done; return 1; }

if ! [ -x "$scripts/start-rgw.sh" ]; then echo 'skipped: ../shared is not here'; exit 0; fi
if [ "$(id -u)" != 0 ]; then echo 'skipped: Ceph is started as root'; exit 0; fi
if missing && ! { command -v apt-get && apt-get update -q && apt-get install -q -y --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1; then
  echo "skipped: ${packages[*]} could not be installed"
  exit 0
fi

place=$(mktemp -d)
clean() { "$scripts/stop-rgw.sh" "$place/ceph"; rm -rf "$place"; }
trap clean EXIT
free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'
}
# also read by stop-rgw.sh
RGW_PORT=$(free_port)
RGW_STS_PORT=$(free_port)
export RGW_PORT RGW_STS_PORT MON_PORT=${MON_PORT:-34000}
"$scripts/start-rgw.sh" "$place/ceph"

export IMAGOR_TEST_S3_ENDPOINT=http://localhost:$RGW_PORT
export IMAGOR_TEST_S3_VIRTUAL_HOSTS=1
# the two accounts and the role of start-rgw.sh
export IMAGOR_TEST_S3_ACCESS_KEY_ID=ALICEKEY000000000001
export IMAGOR_TEST_S3_SECRET_ACCESS_KEY=alicesecret000000000000000000000000000001
export IMAGOR_TEST_S3_OTHER_ACCESS_KEY_ID=BOBKEY00000000000001
export IMAGOR_TEST_S3_OTHER_SECRET_ACCESS_KEY=bobsecret00000000000000000000000000000001
export IMAGOR_TEST_S3_STS_ENDPOINT=http://localhost:$RGW_STS_PORT
export IMAGOR_TEST_S3_STS_ROLE=arn:aws:iam:::role/S3Access
npm test --silent -- test/contract/s3 test/e2e/s3 test/e2e/compose-environment
node .ci/ceph-killed.mjs "$place/ceph" "http://127.0.0.1:$RGW_PORT" "$IMAGOR_TEST_S3_ACCESS_KEY_ID" "$IMAGOR_TEST_S3_SECRET_ACCESS_KEY"
