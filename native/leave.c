/* How the container's root becomes "/", and what of the host's stays behind: nothing that init could be led to. */
#include "init.h"

#include <stdlib.h>
#include <sys/mount.h>

#define MOUNTINFO_MAX (64u << 20)
#define FIELD_ROOT 3
#define FIELD_POINT 4

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

/* Blank, tab, newline and backslash are written as three octal digits. In place. */
static void
unescape(char *text)
{
	char *to = text;

	for (; *text != 0; text++) {
		if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
			*to++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0'));
			text += 3;
		} else {
			*to++ = *text;
		}
	}
	*to = 0;
}

/*
 * Where `line` of mountinfo has a whole procfs or sysfs; NULL if it has none, or one in the container's root or above it.
 * Cuts the line up.
 */
static const char *
whole_kernel_filesystem(char *line, const char *root)
{
	char *type = strstr(line, " - "), *field[FIELD_POINT + 1];

	if (type == NULL)
		return NULL;
	*type = 0;
	type += strlen(" - ");
	if (strncmp(type, "proc ", 5) != 0 && strncmp(type, "sysfs ", 6) != 0)
		return NULL;
	for (int i = 0; i <= FIELD_POINT; i++)
		if ((field[i] = strsep(&line, " ")) == NULL)
			return NULL;
	unescape(field[FIELD_POINT]);
	if (strcmp(field[FIELD_ROOT], "/") != 0 || below(root, field[FIELD_POINT]) != NULL || below(field[FIELD_POINT], root) != NULL)
		return NULL;
	return field[FIELD_POINT];
}

/* What is at `path` leaves this mount namespace alone. 1 if it left; 0 if it is locked, as in a user namespace, or gone already. */
static int
unmount(const char *path)
{
	if (mount(NULL, path, NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return errno == EINVAL || errno == ENOENT ? 0 : -1;
	if (umount2(path, MNT_DETACH) == 0)
		return 1;
	return errno == EINVAL || errno == EPERM ? 0 : -1;
}

static int
cover_path(const char *path)
{
	static const char *none[] = {NULL};
	int fd = new_filesystem("tmpfs", "tmpfs", none, ATTRIBUTE_READONLY);

	return fd < 0 ? -1 : closing(fd, sys_move_mount(fd, AT_FDCWD, path, MOVE_TO_PATH));
}

/* Calls `put_away` for each, the last one first, since those are mounted on others. The sum of what it returned, or -1. */
static int
each_kernel_filesystem(const char *root, int (*put_away)(const char *path))
{
	char *text = read_text(openat(self.proc, "self/mountinfo", O_RDONLY | O_CLOEXEC), MOUNTINFO_MAX);
	char *end = text;
	int sum = text == NULL ? -1 : 0;

	while (end != NULL && sum >= 0) {
		const char *path;
		int result;

		end = strrchr(text, '\n');
		path = whole_kernel_filesystem(end == NULL ? text : end + 1, root);
		result = path == NULL ? 0 : put_away(path);
		sum = result < 0 ? -1 : sum + result;
		if (end != NULL)
			*end = 0;
	}
	free(text);
	return sum;
}

/* What was hidden below a mount shows when that is gone: so once more, until nothing can be unmounted. */
static int
put_away_kernel_filesystems(const char *root)
{
	int gone;

	do
		gone = each_kernel_filesystem(root, unmount);
	while (gone > 0);
	return gone < 0 ? -1 : each_kernel_filesystem(root, cover_path);
}

/*
 * For --no-pivot: an initramfs root cannot be pivoted away. The old root stays reachable by who may escape a chroot; and
 * where a whole procfs or sysfs is mounted, hidden or not, the kernel lets a user namespace mount another one, without masks.
 */
int
do_move_root(struct cursor *f)
{
	const char *path = take_str(f);

	if (f->bad)
		return bad_plan();
	if (put_away_kernel_filesystems(path) < 0 || fchdir(self.root) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0)
		return -1;
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

/*
 * From here on names that the image controls are looked up by the kernel as they are: the program's, its interpreter's, a
 * hook's. A link there may lead through /proc/self/fd, so nothing of the host's is open any more, not even until execve(2)
 * would close it. What stays is the container's own, and sockets, which lead nowhere.
 */
int
do_let_go(struct cursor *f)
{
	forget_mounts("");
	for (uint32_t slot = 0; slot < SLOTS; slot++)
		empty_slot(slot);
	self.proc = closing(self.proc, -1);
	self.null = closing(self.null, -1);
	self.root = closing(self.root, -1);
	self.words = closing(self.words, -1);
	return (int)syscall(SYS_close_range, self.start + 1, ~0u, 0);
}
