/* The container's terminal, and the owner of its standard streams. */
#include "init.h"

#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

/* The multiplexer of the container's own devpts, verified before it is opened (CVE-2025-52565). */
static int
open_master(void)
{
	int path = open_in_root("/dev/pts/ptmx", 0);
	int unlock = 0;
	struct statfs fs;
	struct stat st;
	int master;

	if (path < 0 || fstatfs(path, &fs) < 0 || fstat(path, &st) < 0)
		return closing(path, -1);
	if (fs.f_type != DEVPTS_MAGIC || !S_ISCHR(st.st_mode) || st.st_rdev != DEVICE(5, 2)) {
		errno = ENODEV;
		return closing(path, -1);
	}
	master = closing(path, reopen(path, O_RDWR | O_NOCTTY | O_CLOEXEC));
	return master < 0 || ioctl(master, TIOCSPTLCK, &unlock) == 0 ? master : closing(master, -1);
}

/* As receivers of runc's consoles expect it: a name, which nobody opens, and the descriptor. */
static int
send_master(int master)
{
	static const char name[] = "/dev/pts/ptmx";

	return send_with(self.console, name, sizeof name - 1, master) < 0 ? -1 : close(self.console);
}

/* A link would lead to a file elsewhere, or create one there (crun CVE-2026-88264). */
static int
mount_console(int slave)
{
	const char *name;
	int dev = ensure_parent("/dev/console", &name);
	int file = dev < 0 ? -1 : openat(dev, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, 0666);
	int target = -1;
	struct stat st;

	if (file >= 0 || (dev >= 0 && errno == EEXIST))
		target = openat(dev, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	closing(file, closing(dev, 0));
	if (target < 0 || fstat(target, &st) < 0)
		return closing(target, -1);
	if (S_ISLNK(st.st_mode)) {
		errno = ELOOP;
		return closing(target, -1);
	}
	return cover(sys_open_tree(slave, "", AT_EMPTY_PATH | TREE_CLONE), target);
}

/* Gives a file to the user. If the file system or a missing id mapping forbids that, it stays as it is. */
static int
give_to(int fd, uint32_t uid)
{
	if (fchown(fd, uid, (gid_t)-1) == 0 || errno == EPERM || errno == EINVAL || errno == EROFS || errno == EOPNOTSUPP)
		return 0;
	return -1;
}

/* Makes `slave` the standard streams. */
static int
take_terminal(int slave)
{
	for (int fd = 0; fd < 3; fd++)
		if (dup2(slave, fd) < 0)
			return -1;
	return 0;
}

static int
open_console(int master, const struct winsize *size, uint32_t uid, bool mount)
{
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (slave < 0 || (size->ws_row != 0 && size->ws_col != 0 && ioctl(master, TIOCSWINSZ, size) < 0) || give_to(slave, uid) < 0 ||
	    (mount && mount_console(slave) < 0) || send_master(master) < 0)
		return closing(slave, -1);
	return closing(slave, take_terminal(slave));
}

int
do_open_console(struct cursor *f)
{
	struct winsize size = {.ws_row = (unsigned short)take_u32(f)};
	uint32_t uid;
	bool mount;
	int master;

	size.ws_col = (unsigned short)take_u32(f);
	uid = take_u32(f);
	mount = take_u32(f) != 0;
	master = f->bad ? bad_plan() : open_master();
	return master < 0 ? -1 : closing(master, open_console(master, &size, uid, mount));
}

/* Makes the terminal that is standard input the controlling one of the session that this process leads. */
int
do_control_terminal(struct cursor *f)
{
	return ioctl(0, TIOCSCTTY, 0);
}

#define ACCESS_MODE 3 /* O_ACCMODE of musl has more bits */
#define ALTERNATE_TERMINALS 5 /* major number of /dev/tty, /dev/console and /dev/ptmx, which are everyone's */

/* A pipe or socket that has no name in any directory. */
static bool
is_anonymous(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 && (fs.f_type == PIPEFS_MAGIC || fs.f_type == SOCKFS_MAGIC);
}

/*
 * Of devices, only a terminal belongs to the caller: /dev/null is the host's, or everyone's (crun CVE-2026-88265). Who owns a file may
 * change it, which is not what one that is only to be read is passed for; and one that was only named (O_PATH) is passed for nothing.
 */
static bool
can_be_given(int fd, const struct stat *st, bool anonymous)
{
	int flags = fcntl(fd, F_GETFL);
	bool has_no_name = is_anonymous(fd);
	struct winsize size;

	if (flags < 0 || (flags & O_PATH) != 0)
		return false;
	if (anonymous || has_no_name)
		return has_no_name;
	if (S_ISCHR(st->st_mode))
		return major(st->st_rdev) != ALTERNATE_TERMINALS && ioctl(fd, TIOCGWINSZ, &size) == 0;
	return !S_ISBLK(st->st_mode) && !S_ISDIR(st->st_mode) && (flags & ACCESS_MODE) != O_RDONLY;
}

int
do_chown_stdio(struct cursor *f)
{
	uint32_t uid = take_u32(f);
	bool anonymous = take_u32(f) != 0;
	struct stat st;

	if (f->bad)
		return bad_plan();
	for (int fd = 0; fd < 3; fd++) {
		if (fstat(fd, &st) < 0)
			return -1;
		if (st.st_uid != uid && can_be_given(fd, &st, anonymous) && give_to(fd, uid) < 0)
			return -1;
	}
	return 0;
}
