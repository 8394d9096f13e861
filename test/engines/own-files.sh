#!/bin/sh
# own-files.sh DIRECTORY NAME: what an engine finds on its ground, in the caller's mount, network and uts namespaces: empty /var/lib, /opt and
# /dev/shm but for this project, an /etc whose changes are kept in DIRECTORY, a loopback device, and NAME as the host's.
set -eu
directory=$1 name=$2
project=$(cd "$(dirname "$0")/../.." && pwd -P)

mkdir -p "$directory/etc" "$directory/etc-work"
mount -t overlay -o "lowerdir=/etc,upperdir=$directory/etc,workdir=$directory/etc-work" overlay /etc
for file in subuid subgid; do for user in nobody nogroup ground; do echo "$user:200000:65536"; done >>/etc/$file; done
mkdir "$directory/project"
mount --bind "$project" "$directory/project"
for hidden in /var/lib /opt /dev/shm; do mount -t tmpfs -o mode=755 tmpfs "$hidden"; done
mkdir -p "$project"
mount --move "$directory/project" "$project"
chmod 1777 /dev/shm
mount --make-rshared / # as systemd does
hostname "$name" && echo "$name" >/etc/hostname # systemd takes it from there
ip link set lo up
