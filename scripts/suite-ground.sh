#!/bin/sh
# suite-ground.sh NAME COMMAND…: executes a command as a child of process 1 of a pid namespace, with a mount namespace, an empty /run, and as
# the root of all cgroups a cgroup NAME below the caller's own. What the command leaves behind ends with it, but for cgroups.
set -eu
name=$1 engines=$(dirname "$0")/../test/engines
shift

if [ "$name" != inside ]; then
  sh "$engines/enter-cgroups.sh" "$name" $$
  exec unshare --cgroup --mount --propagation private --pid --fork --kill-child=KILL --mount-proc sh "$0" inside "$@"
fi

sh "$engines/own-cgroups.sh"
mount -t tmpfs -o mode=755 tmpfs /run
status=0
"$@" || status=$?
exit $status
