/*
 * File systems: made as detached mounts by fsopen(2) and fsmount(2), or by mount(2) if a text is too long for
 * fsconfig(2), and reconfigured.
 */
#include "init.h"

#include <sys/mount.h>

#define MODE_TEXT 5 /* four octal digits and NUL */

/* `option` is "key=value" or a flag. fsconfig takes values of up to 255 bytes. */
static int
configure(int fs, const char *option)
{
	const char *value = strchr(option, '=');
	char key[256];

	if (value == NULL)
		return sys_fsconfig(fs, CONFIGURE_FLAG, option, NULL);
	if ((size_t)(value - option) >= sizeof key) {
		errno = EINVAL;
		return -1;
	}
	memcpy(key, option, (size_t)(value - option));
	key[value - option] = 0;
	return sys_fsconfig(fs, CONFIGURE_STRING, key, value + 1);
}

static int
configure_all(int fs, const char *source, const char **options, unsigned command)
{
	if (source[0] != 0 && sys_fsconfig(fs, CONFIGURE_STRING, "source", source) < 0)
		return -1;
	for (; *options != NULL; options++)
		if (configure(fs, *options) < 0)
			return -1;
	return sys_fsconfig(fs, command, NULL, NULL);
}

int
finish_filesystem(int fs, const char *source, const char **options, uint64_t attributes)
{
	if (configure_all(fs, source, options, CONFIGURE_CREATE) < 0)
		return -1;
	return (int)syscall(SYS_fsmount, fs, MOUNT_CLOEXEC, (unsigned)attributes);
}

int
keep_words(int fs)
{
	int saved = errno;

	closing(self.words, 0);
	self.words = fcntl(fs, F_DUPFD_CLOEXEC, 3);
	errno = saved;
	return -1;
}

int
new_filesystem(const char *type, const char *source, const char **options, uint64_t attributes)
{
	int fs = (int)syscall(SYS_fsopen, type, MOUNT_CLOEXEC);
	int fd = fs < 0 ? -1 : finish_filesystem(fs, source, options, attributes);

	return closing(fs, fs >= 0 && fd < 0 ? keep_words(fs) : fd);
}

/* The mode of what is at `path` below the root, in octal; "" if nothing is there or `path` is empty. */
static int
mode_of(const char *path, char text[MODE_TEXT])
{
	int fd = path[0] == 0 ? -1 : open_in_root(path, 0);
	struct stat st;

	text[0] = 0;
	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0)
		return closing(fd, -1);
	for (int digit = 0; digit < 4; digit++)
		text[digit] = (char)('0' + ((st.st_mode >> (9 - 3 * digit)) & 7));
	text[4] = 0;
	return closing(fd, 0);
}

int
do_new_filesystem(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *type = take_str(f);
	const char *source = take_str(f);
	const char **options = take_strs(f, 0);
	uint64_t attributes = take_u64(f);

	return f->bad ? bad_plan() : fill_slot(slot, new_filesystem(type, source, options, attributes));
}

/* A procfs shows the pid namespace of the process that mounts it, unless another one is named (Linux 6.18). */
int
do_new_proc(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	int namespace = slot_fd(take_u32(f));
	const char *source = take_str(f);
	const char **options = take_strs(f, 0);
	uint64_t attributes = take_u64(f);
	int fs = f->bad ? bad_plan() : (int)syscall(SYS_fsopen, "proc", MOUNT_CLOEXEC);
	int fd = -1;

	if (fs >= 0 && namespace >= 0 && syscall(SYS_fsconfig, fs, CONFIGURE_DESCRIPTOR, "pidns", NULL, namespace) == 0)
		fd = finish_filesystem(fs, source, options, attributes);
	return closing(fs, fs >= 0 && fd < 0 ? keep_words(fs) : fill_slot(slot, fd));
}

int
do_new_tmpfs(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *source = take_str(f);
	const char **options = take_strs(f, 0);
	uint64_t attributes = take_u64(f);
	const char *like = take_str(f);
	char mode[MODE_TEXT];
	int fs, fd = -1;

	if (f->bad)
		return bad_plan();
	fs = mode_of(like, mode) < 0 ? -1 : (int)syscall(SYS_fsopen, "tmpfs", MOUNT_CLOEXEC);
	if (fs < 0)
		return -1;
	if (mode[0] == 0 || sys_fsconfig(fs, CONFIGURE_STRING, "mode", mode) == 0)
		fd = finish_filesystem(fs, source, options, attributes);
	return closing(fs, fd < 0 ? keep_words(fs) : fill_slot(slot, fd));
}

/*
 * Takes what was just mounted on the root off again: returns a detached clone of it. ".." of a directory that is the root of
 * a lookup leads to itself, and so to what is mounted on it.
 */
static int
take_from_root(void)
{
	int top = open_in_root("..", 0);
	int fd = top < 0 ? -1 : sys_open_tree(top, "", AT_EMPTY_PATH | TREE_CLONE);

	if (top < 0)
		return -1;
	if (fchdir(top) < 0 || umount2(".", MNT_DETACH) < 0 || fchdir(self.root) < 0)
		fd = closing(fd, -1);
	return closing(top, fd);
}

/*
 * mount(2) needs an attached target. The root's own mount point is private to this namespace, and no path leads over it:
 * neither the host nor a path in the options meets what is there for a moment.
 */
int
do_mount_filesystem(struct cursor *f)
{
	static char data[4096];
	uint32_t slot = take_u32(f);
	const char *type = take_str(f);
	const char *source = take_str(f);
	uint64_t flags = take_u64(f);
	const char *options = take_str(f);
	const char *like = take_str(f);
	char mode[MODE_TEXT];

	if (f->bad)
		return bad_plan();
	if (mode_of(like, mode) < 0 || fchdir(self.root) < 0 ||
	    concat(data, sizeof data, mode[0] == 0 ? "" : "mode=", mode, mode[0] == 0 ? "" : ",", options, NULL) < 0)
		return -1;
	return mount(source, ".", type, flags, data) < 0 ? -1 : fill_slot(slot, take_from_root());
}

int
reconfigure(int target, const char **options)
{
	int fs = (int)syscall(SYS_fspick, target, "", MOUNT_CLOEXEC | PICK_BY_DESCRIPTOR);

	return fs < 0 ? -1 : closing(fs, configure_all(fs, "", options, CONFIGURE_RECONFIGURE));
}
