/* How the container's root becomes "/", and what is left behind: nothing of the host's that init could be led to. */
#include "init.h"

#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>

#define MOUNTINFO_MAX (64u << 20)
#define FIELD_ID 0
#define FIELD_PARENT 1
#define FIELD_ROOT 3
#define FIELD_POINT 4

/* The old root is stacked on the new one; it is cut off from the host's propagation and then detached. */
int
do_pivot_root(struct cursor *f)
{
	int old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (old < 0 || fchdir(self.root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || fchdir(old) < 0 ||
	    mount(NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0 || umount2(".", MNT_DETACH) < 0)
		return closing(old, -1);
	return closing(old, chdir("/"));
}

/* Decodes blank, tab, newline and backslash, which are written as three octal digits. In place. */
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

/* The relevant part of a mountinfo line (proc_pid_mountinfo(5)). */
struct mounted {
	uint64_t id, parent;
	const char *point;
	bool is_whole; /* a procfs or sysfs mounted from its root */
};

struct mount_table {
	struct mounted *mounts;
	size_t count;
	char *text;
};

/* Splits `line`; false if it has another form. */
static bool
parse_mount(char *line, struct mounted *mount)
{
	char *type = strstr(line, " - "), *field[FIELD_POINT + 1];

	if (type == NULL)
		return false;
	*type = 0;
	type += strlen(" - ");
	for (int i = 0; i <= FIELD_POINT; i++)
		if ((field[i] = strsep(&line, " ")) == NULL)
			return false;
	unescape(field[FIELD_POINT]);
	mount->id = strtoull(field[FIELD_ID], NULL, 10);
	mount->parent = strtoull(field[FIELD_PARENT], NULL, 10);
	mount->point = field[FIELD_POINT];
	mount->is_whole = strcmp(field[FIELD_ROOT], "/") == 0 && (strncmp(type, "proc ", 5) == 0 || strncmp(type, "sysfs ", 6) == 0);
	return true;
}

static void
free_mounts(struct mount_table *table)
{
	free(table->mounts);
	free(table->text);
}

/* 0; or -1 with nothing to free. */
static int
read_mounts(struct mount_table *table)
{
	size_t lines = 1;
	char *rest, *line;

	*table = (struct mount_table){.text = read_text(openat(self.proc, "self/mountinfo", O_RDONLY | O_CLOEXEC), MOUNTINFO_MAX)};
	if (table->text == NULL)
		return -1;
	for (const char *at = table->text; (at = strchr(at, '\n')) != NULL; at++)
		lines++;
	table->mounts = calloc(lines, sizeof *table->mounts);
	if (table->mounts == NULL) {
		free_mounts(table);
		return -1;
	}
	for (rest = table->text; (line = strsep(&rest, "\n")) != NULL;)
		if (parse_mount(line, &table->mounts[table->count]))
			table->count++;
	return 0;
}

/* Whether `mount` is the mount `root`, or below it. */
static bool
is_within(const struct mount_table *table, const struct mounted *mount, uint64_t root)
{
	const struct mounted *parent = mount;

	while (parent != NULL && parent->id != root) {
		const struct mounted *child = parent;

		parent = NULL;
		for (size_t i = 0; i < table->count && parent == NULL; i++)
			if (table->mounts[i].id == child->parent && child->parent != child->id)
				parent = &table->mounts[i];
	}
	return parent != NULL;
}

/* A whole procfs or sysfs outside the container's root, which the kernel counts as visible unless its root is covered. */
static bool
is_open(const struct mount_table *table, const struct mounted *mount, uint64_t root)
{
	if (!mount->is_whole || is_within(table, mount, root))
		return false;
	for (size_t i = 0; i < table->count; i++)
		if (table->mounts[i].parent == mount->id && strcmp(table->mounts[i].point, mount->point) == 0)
			return false;
	return true;
}

/* Unmounts what is at `path`, in this mount namespace only. 1 if it is gone; 0 if it is locked, as in a user namespace, or no mount. */
static int
unmount(const char *path)
{
	if (mount(NULL, path, NULL, MS_SLAVE | MS_REC, NULL) < 0)
		return errno == EINVAL || errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (umount2(path, MNT_DETACH) == 0)
		return 1;
	return errno == EINVAL || errno == EPERM ? 0 : -1;
}

/* If `path` does not lead to what is mounted there, something above covers it: so that is unmounted. Returns as unmount. */
static int
unmount_or_uncover(const char *path)
{
	char above[PATH_MAX];
	int gone = unmount(path);

	if (concat(above, sizeof above, path, NULL) < 0)
		return -1;
	while (gone == 0 && strrchr(above, '/') > above) {
		*strrchr(above, '/') = 0;
		gone = unmount(above);
	}
	return gone;
}

/* Covers whatever is at `path`, if anything is. */
static int
cover_path(const char *path)
{
	static const char *none[] = {NULL};
	int fd = new_filesystem("tmpfs", "tmpfs", none, ATTRIBUTE_READONLY);
	int result = fd < 0 ? -1 : closing(fd, sys_move_mount(fd, AT_FDCWD, path, MOVE_TO_PATH));

	return fd >= 0 && result < 0 && (errno == ENOENT || errno == ENOTDIR) ? 0 : result;
}

/* Calls `put_away` for each, last one first, since later ones are mounted on earlier ones. Returns the sum of its results, or -1. */
static int
each_open_mount(uint64_t root, int (*put_away)(const char *path))
{
	struct mount_table table;
	int sum = 0;

	if (read_mounts(&table) < 0)
		return -1;
	for (size_t i = table.count; i > 0 && sum >= 0; i--) {
		const struct mounted *mount = &table.mounts[i - 1];
		int result = is_open(&table, mount, root) ? put_away(mount->point) : 0;

		sum = result < 0 ? -1 : sum + result;
	}
	free_mounts(&table);
	return sum;
}

static int
refuse(const char *path)
{
	errno = EBUSY;
	return -1;
}

/* Unmounting one mount may uncover another: so repeat until nothing can be unmounted. The rest is covered, or else refused. */
static int
put_away_kernel_filesystems(uint64_t root)
{
	int gone;

	do
		gone = each_open_mount(root, unmount_or_uncover);
	while (gone > 0);
	return gone < 0 || each_open_mount(root, cover_path) < 0 ? -1 : each_open_mount(root, refuse);
}

/*
 * For --no-pivot: an initramfs root cannot be pivoted away. The old root stays reachable for anyone who can escape a chroot; and
 * where a whole procfs or sysfs is mounted, hidden or not, the kernel lets a user namespace mount another one, without masks.
 * Until chroot, paths lead into the old root, where the new one no longer covers its own directory.
 */
int
do_move_root(struct cursor *f)
{
	uint64_t root = mount_id(self.root);

	if (root == 0 || fchdir(self.root) < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 ||
	    put_away_kernel_filesystems(root) < 0)
		return -1;
	return chroot(".") < 0 ? -1 : chdir("/");
}

int
do_tell_mount(struct cursor *f)
{
	int mount = slot_fd(take_u32(f));

	return f->bad ? bad_plan() : mount < 0 ? -1 : tell_host(MESSAGE_MOUNT, (uint32_t)mount_id(mount));
}

/*
 * The tree is over the namespace's root for whoever enters it later; for those who are in it already their "/" stays what it was. They
 * cannot see the tree before it is complete.
 */
int
do_place_root(struct cursor *f)
{
	int tree = slot_fd(take_u32(f));
	int namespace = slot_fd(take_u32(f));
	uint32_t on = take_u32(f);

	if (f->bad || tree < 0 || namespace < 0)
		return f->bad ? bad_plan() : -1;
	if (setns(namespace, CLONE_NEWNS) < 0 || use_root_of_process() < 0)
		return -1;
	if (mount_id(self.root) != on)
		return refuse("/");
	if (sys_move_mount(tree, AT_FDCWD, "/", MOVE_TO_PATH) < 0 || fchdir(tree) < 0 || chroot(".") < 0)
		return -1;
	forget_mounts("");
	return use_root_of_process();
}

/* All that a container without a mount namespace of its own gets. */
int
do_chroot(struct cursor *f)
{
	const char *path = take_str(f);

	if (f->bad)
		return bad_plan();
	return chroot(path) < 0 || chdir("/") < 0 ? -1 : use_root_of_process();
}

/*
 * From here on the kernel resolves names that the image controls as they are: the program's, its interpreter's, a hook's.
 * A link there may lead through /proc/self/fd, so nothing of the host's stays open, not even until execve(2) would close
 * it. What stays is the container's own, and sockets, which lead nowhere.
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
	close(self.host - 1); /* the plan's number, which may be in use again */
	return (int)syscall(SYS_close_range, (self.start < 0 ? self.host : self.start) + 1, ~0u, 0);
}
