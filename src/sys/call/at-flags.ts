/** Numbers that many calls with a directory's descriptor take: open(2), openat2(2), statx(2). */

/** Instead of a descriptor: the working directory. */
export const AT_FDCWD = -100;
export const AT_SYMLINK_NOFOLLOW = 0x100;
export const AT_EMPTY_PATH = 0x1000;
export const O_CLOEXEC = 0o2000000;
