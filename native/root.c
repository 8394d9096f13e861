/* Files below the root, and the moves that make it the root. */
#define _GNU_SOURCE
#include "init.h"
#include "kernel.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int
do_make_directory(struct cursor *f)
{
	const char *path = take_str(f);
	uint32_t mode = take_u32(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);
	int result;

	if (parent < 0)
		return -1;
	result = mkdirat(parent, name, mode);
	close(parent);
	return result < 0 && errno != EEXIST ? -1 : 0;
}

/* What is there already stays: an image may bring its own. */
int
do_symlink(struct cursor *f)
{
	const char *target = take_str(f);
	const char *path = take_str(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);
	int result;

	if (parent < 0)
		return -1;
	result = symlinkat(target, parent, name);
	close(parent);
	return result < 0 && errno != EEXIST ? -1 : 0;
}

/* True if `name` is the very device that is wanted; then it needs no making. */
static bool
is_device(int parent, const char *name, uint32_t mode, dev_t device)
{
	struct stat st;

	return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IFMT) == (mode & S_IFMT) &&
	       ((mode & S_IFMT) == S_IFIFO || st.st_rdev == device);
}

int
do_mknod(struct cursor *f)
{
	const char *path = take_str(f);
	uint32_t mode = take_u32(f);
	uint32_t major = take_u32(f);
	dev_t device = makedev(major, take_u32(f));
	uint32_t uid = take_u32(f);
	uint32_t gid = take_u32(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);
	int result;

	if (parent < 0)
		return -1;
	result = mknodat(parent, name, mode & S_IFMT, device);
	if (result < 0 && errno == EEXIST && is_device(parent, name, mode, device))
		result = 0;
	if (result == 0)
		result = fchownat(parent, name, uid, gid, AT_SYMLINK_NOFOLLOW);
	if (result == 0) /* no link: it was just made, or checked, by its type */
		result = fchmodat(parent, name, mode & 07777, 0);
	close(parent);
	return result;
}

int
do_pivot_root(struct cursor *f)
{
	int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result;

	(void)f;
	if (old < 0 || fchdir(self.root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return -1;
	/* the old root lies on the new one; make its unmounting invisible to the host, then let go of it */
	result = fchdir(old);
	if (result == 0)
		result = mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL);
	if (result == 0)
		result = umount2(".", MNT_DETACH);
	close(old);
	return result < 0 ? -1 : chdir("/");
}

/* For --no-pivot: an initramfs root cannot be pivoted away. The old root stays reachable by who may escape a chroot. */
int
do_move_root(struct cursor *f)
{
	(void)f;
	if (fchdir(self.root) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0)
		return -1;
	return chdir("/");
}

/* Without a mount namespace of its own the container gets no more than this. */
int
do_chroot(struct cursor *f)
{
	const char *path = take_str(f);

	if (f->bad)
		return bad_plan();
	return chroot(path) < 0 ? -1 : chdir("/");
}
