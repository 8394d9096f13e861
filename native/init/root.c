/* Files below the root. */
#include "init.h"

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

/* Removes an empty directory as well. */
int
do_unlink(struct cursor *f)
{
	const char *path = take_str(f);
	const char *name;
	int parent = f->bad ? bad_plan() : ensure_parent(path, &name);
	int result;

	if (parent < 0)
		return -1;
	result = unlinkat(parent, name, 0);
	if (result < 0 && errno == EISDIR)
		result = unlinkat(parent, name, AT_REMOVEDIR);
	return closing(parent, result) < 0 && errno != ENOENT ? -1 : 0;
}

/* Something that already exists stays: an image may bring its own. */
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

/* Gives owner and mode to `name` if it is the wanted device; EEXIST if it is anything else. */
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
