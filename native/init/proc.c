/*
 * Init's way into procfs. /proc may come from the image, or be covered by it (CVE-2025-52881); and from a descriptor of the
 * host's /proc a path leads on to the host. So once init is in the container's namespaces it uses a procfs mount of its own
 * that is attached nowhere: nothing can be mounted on it, and `..` ends at its root.
 */
#include "init.h"

#include <sys/mount.h>
#include <sys/vfs.h>

#define PROC_ROOT_INODE 1

bool
is_procfs_root(int fd)
{
	struct statfs fs;
	struct stat st;

	return fstatfs(fd, &fs) == 0 && fstat(fd, &st) == 0 && fs.f_type == PROCFS_MAGIC && st.st_ino == PROC_ROOT_INODE;
}

/* Returns `fd` if it is the root of a procfs; otherwise closes it and returns -1 with EXDEV. */
static int
require_procfs(int fd)
{
	if (fd < 0 || is_procfs_root(fd))
		return fd;
	errno = EXDEV;
	return closing(fd, -1);
}

static int
new_procfs(void)
{
	int fs = (int)syscall(SYS_fsopen, "proc", MOUNT_CLOEXEC);
	int fd = -1;

	if (fs >= 0 && sys_fsconfig(fs, CONFIGURE_CREATE, NULL, NULL) == 0)
		fd = (int)syscall(SYS_fsmount, fs, MOUNT_CLOEXEC, ATTRIBUTE_NOSUID | ATTRIBUTE_NODEV | ATTRIBUTE_NOEXEC);
	return closing(fs, fd);
}

int
do_open_proc(struct cursor *f)
{
	bool fresh = take_u32(f) != 0;
	int fd = f->bad ? bad_plan() : fresh ? new_procfs() : sys_open_tree(AT_FDCWD, "/proc", TREE_CLONE | TREE_RECURSIVE);

	fd = require_procfs(fd);
	if (fd < 0)
		return -1;
	closing(self.proc, 0);
	self.proc = fd;
	return 0;
}

/* Some files of procfs are links, but none of those that init writes; a mount on the way would not be procfs. */
int
do_write_proc(struct cursor *f)
{
	const char *file = take_str(f);
	const char *text = take_str(f);
	struct open_how_arguments how = {.flags = O_WRONLY | O_CLOEXEC, .resolve = NO_MAGIC_LINKS | NO_OTHER_MOUNT};

	return f->bad ? bad_plan() : write_all((int)syscall(SYS_openat2, self.proc, file, &how, sizeof how), text);
}

/* An O_PATH descriptor can be neither read nor changed by fchmod(2); its name in procfs can. */
static int
procfs_name(int fd, char name[32])
{
	char number[DECIMAL];

	return concat(name, 32, "self/fd/", decimal((uint32_t)fd, number), NULL);
}

int
reopen(int fd, int flags)
{
	char name[32];

	return procfs_name(fd, name) < 0 ? -1 : openat(self.proc, name, flags);
}

int
chmod_opened(int fd, mode_t mode)
{
	char name[32];

	return procfs_name(fd, name) < 0 ? -1 : fchmodat(self.proc, name, mode, 0);
}
