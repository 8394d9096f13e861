#!/bin/sh
# enter-cgroups.sh NAME PID: moves a process into the cgroup NAME below the caller's own, in every hierarchy; makes those that are missing.
set -eu
name=$1 pid=$2
while IFS=: read -r _ controllers own; do
  if [ -z "$controllers" ]; then
    [ -e /sys/fs/cgroup/cgroup.controllers ] || continue # beside v1 it has no controllers
    directory=/sys/fs/cgroup
  else
    directory=/sys/fs/cgroup/${controllers#name=}
  fi
  cgroup=$directory${own%/}/$name
  mkdir -p "$cgroup"
  case $controllers in
    *cpuset*) for file in cpuset.cpus cpuset.mems; do cat "${cgroup%/*}/$file" >"$cgroup/$file"; done ;;
  esac
  if [ -d "$cgroup/ground" ]; then cgroup=$cgroup/ground; fi
  echo "$pid" >"$cgroup/cgroup.procs"
done </proc/self/cgroup
