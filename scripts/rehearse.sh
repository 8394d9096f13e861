#!/bin/sh
# rehearse.sh MAKE-HEAP PROFILE: runs lamina's usual commands, to find out which objects of its heap they write to
# (native/engine/rehearsal.c). What fails, for want of privileges say, only makes the profile less complete.
#
# Containers get a user namespace of their own, so that nothing of the machine that builds lamina can be changed. Their program is
# native init, which is at hand, needs no library, and gives up at once.
set -eu
make_heap=$1 profile=$2
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
layered=$directory/layered
mkdir -p "$directory/state" "$directory/rootfs/bin" "$layered/rootfs"
for init in "${make_heap%/*}/init" "${make_heap%/*}/../init"; do
	[ ! -f "$init" ] || cp "$init" "$directory/rootfs/bin/init"
done
rehearse() {
	"$make_heap" --rehearse "$profile" --root "$directory/state" "$@" >/dev/null 2>&1 || true
}
# in_user_namespace PROFILE COMMAND…
in_user_namespace() {
	into=$1
	shift
	unshare --user --map-root-user --mount --cgroup --pid --fork --mount-proc \
		"$make_heap" --rehearse "$into" --root "$directory/state" --image-root "$directory/store" "$@" >/dev/null 2>&1 || true
}
rehearse spec --bundle "$directory"
sed -i 's/"terminal": true/"terminal": false/; s|"sh"|"/bin/init"|; s/"gid=5"/"mode=0620"/' "$directory/config.json"
# a bundle made of layers; who makes it is in no hurry, and its objects would only scatter those of a start
tar -cf "$directory/base.tar" -C "$directory/rootfs" .
in_user_namespace "$directory/unused" image import "$directory/base.tar" base
in_user_namespace "$directory/unused" bundle base "$layered"
cp "$directory/config.json" "$layered/config.json"
# each round finds one more object on a page, at least
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
	"$make_heap" --rehearse "$profile" --version >/dev/null
	rehearse list
	rehearse state x
	rehearse explain --bundle "$directory"
	rehearse delete --force x
	in_user_namespace "$profile" run --bundle "$directory" x
	in_user_namespace "$profile" run --bundle "$layered" x
done
