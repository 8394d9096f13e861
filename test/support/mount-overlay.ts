/** An overlay by mount(8), followed by its options. util-linux 2.40 and newer passes none of more than 255 bytes unless it is told how. */
export const MOUNT_OVERLAY = "LIBMOUNT_FORCE_MOUNT2=always mount -t overlay -o";
