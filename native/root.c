/* Files below the root, and the moves that make it the root. */
#include "init.h"

#include <sys/mount.h>
#include <sys/sysmacros.h>

int
do_make_directory(struct cursor *f)
{
	const char *path = take_str(f);
	uint32_t mode = take_u32(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);

	if (parent < 0)
		return -1;
	return closing(parent, mkdirat(parent, name, mode)) < 0 && errno != EEXIST ? -1 : 0;
}

int
do_unlink(struct cursor *f)
{
	const char *path = take_str(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);

	if (parent < 0)
		return -1;
	return closing(parent, unlinkat(parent, name, 0)) < 0 && errno != ENOENT ? -1 : 0;
}

/* What is there already stays: an image may bring its own. */
int
do_symlink(struct cursor *f)
{
	const char *target = take_str(f);
	const char *path = take_str(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);

	if (parent < 0)
		return -1;
	return closing(parent, symlinkat(target, parent, name)) < 0 && errno != EEXIST ? -1 : 0;
}

/* Gives owner and mode to what `name` is if that is the device that is wanted, and EEXIST if it is anything else. */
static int
set_device(int parent, const char *name, uint32_t mode, dev_t device, uid_t uid, gid_t gid)
{
	int fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return closing(fd, -1);
	if ((st.st_mode & S_IFMT) != (mode & S_IFMT) || (!S_ISFIFO(mode) && st.st_rdev != device)) {
		errno = EEXIST;
		return closing(fd, -1);
	}
	if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
		return closing(fd, -1);
	return closing(fd, chmod_opened(fd, mode & 07777));
}

int
do_mknod(struct cursor *f)
{
	const char *path = take_str(f);
	uint32_t mode = take_u32(f);
	uint32_t major = take_u32(f);
	uint32_t minor = take_u32(f);
	dev_t device = makedev(major, minor); /* a macro that may evaluate its arguments twice */
	uint32_t uid = take_u32(f);
	uint32_t gid = take_u32(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);

	if (parent < 0 || (mknodat(parent, name, mode & S_IFMT, device) < 0 && errno != EEXIST))
		return closing(parent, -1);
	return closing(parent, set_device(parent, name, mode, device, uid, gid));
}

/* The old root lies on the new one; its unmounting is made invisible to the host, then it is let go of. */
int
do_pivot_root(struct cursor *f)
{
	int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (old < 0 || fchdir(self.root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || fchdir(old) < 0 ||
	    mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0 || umount2(".", MNT_DETACH) < 0)
		return closing(old, -1);
	return closing(old, chdir("/"));
}

/*
 * For --no-pivot: an initramfs root cannot be pivoted away. The old root stays reachable by who may escape a chroot,
 * so what it had in /proc and /sys, whole and writable, goes. If that was nothing, or is locked, there is no more to do.
 */
int
do_move_root(struct cursor *f)
{
	if (fchdir(self.root) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return -1;
	umount2("/proc", MNT_DETACH);
	umount2("/sys", MNT_DETACH);
	return chroot(".") < 0 ? -1 : chdir("/");
}

/* Without a mount namespace of its own the container gets no more than this. */
int
do_chroot(struct cursor *f)
{
	const char *path = take_str(f);

	if (f->bad)
		return bad_plan();
	return chroot(path) < 0 || chdir("/") < 0 ? -1 : use_root_of_process();
}

/* The host's file could be changed through the container's descriptor; an image without the device keeps it. */
int
do_reopen_null(struct cursor *f)
{
	int fd = open("/dev/null", O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	int result = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || st.st_rdev != DEVICE(1, 3))
		return closing(fd, 0);
	result = fcntl(fd, F_SETFL, 0);
	for (int stream = 0; stream < 3 && result == 0; stream++)
		if (fstat(stream, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == DEVICE(1, 3) && dup2(fd, stream) < 0)
			result = -1;
	return closing(fd, result);
}
