#!/bin/sh
# ground.sh DIRECTORY NAME: process 1 of a machine for one engine, on which it may do what it likes.
#
# It has namespaces of its own, a cgroup NAME of each hierarchy as the root of its cgroups, empty /run, /var/lib, /opt and /dev/shm,
# and an /etc whose changes are kept in DIRECTORY. It ends with its parent, and with it all that runs on it. Called twice: first in
# the machine's namespaces, to enter the cgroups, then in new ones.
set -eu
directory=$1 name=$2

if [ "${3-}" != inside ]; then
  sh "$(dirname "$0")/enter-cgroups.sh" "$name" $$
  exec setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child=KILL --net --ipc --uts --cgroup sh "$0" "$directory" "$name" inside
fi

# The hierarchies, before they are covered: "memory cgroup memory" or ". cgroup2 -".
hierarchies=$(while read -r _ _ _ _ point _ rest; do
  case $point in /sys/fs/cgroup/*) ;; *) continue ;; esac
  kind=${rest#*- }
  case $kind in "cgroup "*) options=${kind##*,} && echo "${point#/sys/fs/cgroup/} $options" ;; esac
done </proc/self/mountinfo)

mount -t proc proc /proc
umount --recursive --lazy /sys/fs/cgroup # what the engines see there they take for theirs
if [ -n "$hierarchies" ]; then
  mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
  echo "$hierarchies" | while read -r point options; do
    mkdir -p "/sys/fs/cgroup/$point"
    mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/$point"
  done
else
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mkdir -p /sys/fs/cgroup/ground # a cgroup with controllers holds no processes
  echo 0 >/sys/fs/cgroup/ground/cgroup.procs
  for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do echo "+$controller" >/sys/fs/cgroup/cgroup.subtree_control; done
fi

mkdir -p "$directory/etc" "$directory/etc-work"
mount -t overlay -o "lowerdir=/etc,upperdir=$directory/etc,workdir=$directory/etc-work" overlay /etc
for file in subuid subgid; do printf 'nobody:200000:65536\nnogroup:200000:65536\n' >>/etc/$file; done
for hidden in /run /var/lib /opt /dev/shm; do mount -t tmpfs -o mode=755 tmpfs "$hidden"; done
chmod 1777 /dev/shm
mount --make-rshared / # as systemd does
hostname "$name"
ip link set lo up
touch "$directory/ready"
# A shell that waits also collects the orphans of others.
while :; do sleep 1; done
