#!/bin/sh
# own-cgroups.sh: mounts the cgroups as the caller's cgroup namespace has them, in the caller's mount namespace. What the machine has there is covered:
# engines and runtimes take what they see for theirs.
set -eu
# The hierarchies, before they are covered: "memory memory" or "cpu cpu,cpuacct".
hierarchies=$(while read -r _ _ _ _ point _ rest; do
  case $point in /sys/fs/cgroup/*) ;; *) continue ;; esac
  kind=${rest#*- }
  case $kind in "cgroup "*) options=${kind##*,} && echo "${point#/sys/fs/cgroup/} $options" ;; esac
done </proc/self/mountinfo)

umount --recursive --lazy /sys/fs/cgroup
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
