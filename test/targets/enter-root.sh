#!/bin/sh
# enter-root.sh ROOT PROGRAM…: runs a program in a root of its own with this machine's kernel, by pivot_root as containers do it.
set -eu
if [ "${1-}" != inside ]; then
  exec unshare --mount --propagation private sh "$0" inside "$@"
fi
root=$2
shift 2
mount --bind "$root" "$root"
cd "$root"
for shared in proc sys dev; do mount --rbind "/$shared" "$shared"; done
for own in run tmp; do mount -t tmpfs tmpfs "$own"; done
pivot_root . mnt
cd /
umount -l mnt
exec env -i PATH=/usr/bin:/bin HOME=/root "$@"
