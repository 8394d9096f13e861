#!/bin/sh
# verbs.sh ID PART…: what lamina can do, in a root where nothing else is, but busybox. What is printed depends on no machine.
set -eu
id=$1
shift
cd /tmp
mkdir -p rootfs/bin rootfs/etc
cp /bin/busybox rootfs/bin
for name in sh sleep cat echo mkdir; do ln -sf busybox rootfs/bin/$name; done
echo 'as the base image has it' >rootfs/etc/motd
trap 'lamina delete --force "$id" 2>/dev/null || :' EXIT

lamina() { command lamina --root /tmp/state --image-root /tmp/images "$@"; }
status() { lamina state "$id" | sed -n 's/.*"status": "\(.*\)".*/\1/p'; }
until_stopped() { until [ "$(status)" = stopped ]; do :; done; }
without_digest() { sed 's/sha256:[0-9a-f]*/DIGEST/'; }
config() { # ARGUMENTS-AS-JSON
  rm -f config.json
  lamina spec
  sed -i -e 's/"terminal": true/"terminal": false/' -e "/\"args\"/,/]/c\"args\": $1," config.json
}

containers() {
  echo '# a container from start to end'
  config '["sh", "-c", "echo hello from process $$; exit 3"]'
  lamina check
  lamina explain >/dev/null
  lamina run "$id" || echo "exit $?"
  echo '# in steps'
  config '["sleep", "1000"]'
  lamina create "$id"
  status
  lamina start "$id"
  status
  lamina list --quiet | grep -qx "$id" && echo listed
  lamina exec "$id" echo hello from exec
  lamina ps --format json "$id" | grep -q '^\[[0-9]*\]$' && echo one process
  lamina pause "$id"
  status
  lamina resume "$id"
  lamina update --pids-limit 50 "$id"
  lamina events --stats "$id" | grep -q '"type":"stats"' && echo statistics
  lamina kill "$id" KILL
  until_stopped
  lamina delete "$id"
}

supervisor() {
  echo '# a supervisor tells how it ended'
  config '["sh", "-c", "exit 5"]'
  lamina run --detach "$id" </dev/null >/dev/null 2>&1
  until_stopped
  lamina list | grep -o 'exited ([0-9]*)'
  lamina delete "$id"
}

filter() {
  echo '# a system call filter'
  config '["mkdir", "/made"]'
  sed -i 's/"linux": {/"linux": { "seccomp": { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{ "names": ["mkdir"], "action": "SCMP_ACT_ERRNO", "errnoRet": 67 }] },/' config.json
  result=0
  lamina run "$id" 2>messages || result=$?
  grep -q '^mkdir' messages || { cat messages >&2; return $result; }
  cat messages
}

images() {
  echo '# images'
  tar -c -z -f base.tar.gz -C rootfs .
  lamina image import base.tar.gz base:1 | without_digest
  lamina run --image base:1 "$id" -- sh -c 'cat /etc/motd; echo changed > /etc/motd'
  lamina diff "$id"
  lamina commit "$id" derived:1 | without_digest
  lamina delete --rm "$id"
  lamina run --rm --image derived:1 "$id" -- cat /etc/motd
  lamina image verify >/dev/null && echo the store is sound
  lamina image export derived:1 out.tar >/dev/null
  for name in base:1 derived:1; do lamina image rm $name >/dev/null; done
  lamina image gc >/dev/null
  lamina image list --quiet
}

over() { echo '# over'; }

for part in "$@"; do $part; done
