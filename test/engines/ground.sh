#!/bin/sh
# ground.sh DIRECTORY NAME: process 1 of a machine for one engine, on which it may do what it likes.
#
# It has namespaces of its own, a cgroup NAME of each hierarchy as the root of its cgroups, an empty /run, and the files of own-files.sh. It ends
# with its parent, and with it all that runs on it. Called twice: first in the machine's namespaces, to enter the cgroups, then in new ones.
set -eu
directory=$1 name=$2

if [ "${3-}" != inside ]; then
  sh "$(dirname "$0")/enter-cgroups.sh" "$name" $$
  exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child=KILL --net --ipc --uts --cgroup sh "$0" "$directory" "$name" inside
fi

mount -t proc proc /proc
sh "$(dirname "$0")/own-cgroups.sh"

mount -t tmpfs -o mode=755 tmpfs /run
sh "$(dirname "$0")/own-files.sh" "$directory" "$name"
touch "$directory/ready"
# A shell that waits also collects the orphans of others.
while :; do sleep 1; done
