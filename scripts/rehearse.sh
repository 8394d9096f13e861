#!/bin/sh
# rehearse.sh MAKE-HEAP PROFILE: runs lamina's usual commands, to find out which objects of its heap they write to
# (native/engine/rehearsal.c). What fails, for want of privileges say, only makes the profile less complete.
#
# run gets a user namespace of its own, so that nothing of the machine that builds lamina can be changed.
set -eu
make_heap=$1 profile=$2
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
mkdir -p "$directory/state" "$directory/rootfs"
rehearse() {
	"$make_heap" --rehearse "$profile" --root "$directory/state" "$@" >/dev/null 2>&1 || true
}
rehearse spec --bundle "$directory"
sed -i 's/"terminal": true/"terminal": false/' "$directory/config.json"
# each round finds one more object on a page, at least
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	"$make_heap" --rehearse "$profile" --version >/dev/null
	rehearse list
	rehearse state x
	rehearse explain --bundle "$directory"
	rehearse delete --force x
	unshare --user --map-root-user --mount --cgroup --pid --fork \
		"$make_heap" --rehearse "$profile" --root "$directory/state" run --bundle "$directory" x >/dev/null 2>&1 || true
done
