/*
 * Mounts by descriptor: a step makes a detached mount in a slot, others change it, `attach` puts it below the root.
 * See fsopen(2), open_tree(2), mount_setattr(2), move_mount(2).
 */
#define _GNU_SOURCE
#include "init.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

int
do_set_propagation(struct cursor *f)
{
	const char *path = take_str(f);
	uint64_t flags = take_u64(f);

	return f->bad ? bad_plan() : mount(NULL, path, NULL, flags, NULL);
}

int
do_open_tree(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *source = take_str(f);
	unsigned recursive = take_u32(f) ? AT_RECURSIVE : 0;

	return f->bad ? bad_plan() : fill_slot(slot, sys_open_tree(AT_FDCWD, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | recursive));
}

/* `option` is "key=value" or a flag. fsconfig takes values of up to 255 bytes. */
static int
configure(int fs, const char *option)
{
	const char *value = strchr(option, '=');
	char key[256];

	if (value == NULL)
		return sys_fsconfig(fs, CONFIGURE_FLAG, option, NULL, 0);
	if ((size_t)(value - option) >= sizeof key) {
		errno = EINVAL;
		return -1;
	}
	memcpy(key, option, (size_t)(value - option));
	key[value - option] = 0;
	return sys_fsconfig(fs, CONFIGURE_STRING, key, value + 1, 0);
}

static int
configure_all(int fs, const char *source, const char **options, unsigned command)
{
	if (source[0] != 0 && sys_fsconfig(fs, CONFIGURE_STRING, "source", source, 0) < 0)
		return -1;
	for (; *options != NULL; options++)
		if (configure(fs, *options) < 0)
			return -1;
	return sys_fsconfig(fs, command, NULL, NULL, 0);
}

static int
new_filesystem(const char *type, const char *source, const char **options, uint64_t attributes)
{
	int fs = sys_fsopen(type, FSOPEN_CLOEXEC);
	int mounted = -1;
	int saved;

	if (fs < 0)
		return -1;
	if (configure_all(fs, source, options, CONFIGURE_CREATE) == 0)
		mounted = sys_fsmount(fs, FSMOUNT_CLOEXEC, (unsigned)attributes);
	saved = errno;
	close(fs);
	errno = saved;
	return mounted;
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

int
do_mount_attributes(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	struct mount_attributes attr = {.set = take_u64(f), .clear = take_u64(f), .propagation = take_u64(f)};
	unsigned recursive = take_u32(f) ? AT_RECURSIVE : 0;
	int fd = f->bad ? bad_plan() : slot_fd(slot);

	return fd < 0 ? -1 : set_mount_attributes(fd, AT_EMPTY_PATH | recursive, &attr);
}

int
do_idmap_mount(struct cursor *f)
{
	int fd = slot_fd(take_u32(f));
	int namespace = slot_fd(take_u32(f));
	unsigned recursive = take_u32(f) ? AT_RECURSIVE : 0;
	struct mount_attributes attr = {.set = MOUNT_ATTR_IDMAP, .userns = (uint64_t)namespace};

	return f->bad || fd < 0 || namespace < 0 ? bad_plan() : set_mount_attributes(fd, AT_EMPTY_PATH | recursive, &attr);
}

int
do_attach_root(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *path = take_str(f);
	int fd = f->bad ? bad_plan() : slot_fd(slot);

	if (fd < 0 || sys_move_mount(fd, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) < 0)
		return -1;
	self.root = fd; /* the descriptor of a mount stays good when the mount is attached */
	self.slots[slot] = -1;
	return 0;
}

/* A mount over a file of procfs can defeat every later write to procfs (CVE-2019-16884). */
static int
check_target(int target, uint32_t guard)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(target, &fs) < 0 || fstat(target, &st) < 0)
		return -1;
	if (fs.f_type == PROC_SUPER_MAGIC && !(guard & GUARD_ALLOW_PROC)) {
		errno = EACCES;
		return -1;
	}
	if (guard & GUARD_NO_SYMLINKS && !S_ISDIR(st.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

static int
attach(int fd, const char *path, uint32_t guard)
{
	struct stat st;
	int target, result = -1, saved;

	if (fstat(fd, &st) < 0)
		return -1;
	target = ensure_in_root(path, S_ISDIR(st.st_mode), guard);
	if (target < 0)
		return -1;
	if (check_target(target, guard) == 0)
		result = sys_move_mount(fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
	saved = errno;
	close(target);
	errno = saved;
	return result;
}

int
do_attach(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *target = take_str(f);
	uint32_t guard = take_u32(f);
	int fd = f->bad ? bad_plan() : slot_fd(slot);

	if (fd < 0 || attach(fd, target, guard) < 0)
		return -1;
	self.slots[slot] = -1;
	if (strcmp(target, "/") == 0) {
		close(self.root);
		self.root = fd;
		return 0;
	}
	return close(fd);
}

int
do_remount(struct cursor *f)
{
	const char *path = take_str(f);
	const char **options = take_strs(f, 0);
	struct mount_attributes attr = {.set = take_u64(f), .clear = take_u64(f)};
	bool superblock = take_u32(f) != 0;
	int target = f->bad ? bad_plan() : open_in_root(path, 0);
	int fs, result = -1;

	if (target < 0)
		return -1;
	if (superblock) {
		fs = sys_fspick(target, "", FSPICK_EMPTY_PATH | FSPICK_CLOEXEC);
		if (fs >= 0) {
			result = configure_all(fs, "", options, CONFIGURE_RECONFIGURE);
			close(fs);
		}
	} else {
		result = 0;
	}
	if (result == 0)
		result = set_mount_attributes(target, AT_EMPTY_PATH, &attr);
	close(target);
	return result;
}

int
do_target_attributes(struct cursor *f)
{
	const char *path = take_str(f);
	struct mount_attributes attr = {.set = take_u64(f), .clear = take_u64(f), .propagation = take_u64(f)};
	unsigned recursive = take_u32(f) ? AT_RECURSIVE : 0;
	int target = f->bad ? bad_plan() : open_in_root(path, 0);
	int result;

	if (target < 0)
		return -1;
	result = set_mount_attributes(target, AT_EMPTY_PATH | recursive, &attr);
	close(target);
	return result;
}

int
cover(int fd, int target)
{
	int result = fd < 0 ? -1 : sys_move_mount(fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);

	return closing(fd, closing(target, result));
}

/* The host's null device: that of the image may be anything (CVE-2025-31133). */
static int
null_device(void)
{
	int fd = sys_open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (S_ISCHR(st.st_mode) && st.st_rdev == DEVICE(1, 3))
		return fd;
	close(fd);
	errno = ENODEV;
	return -1;
}

/* A path that does not exist needs no mask. */
int
do_mask_path(struct cursor *f)
{
	static const char *none[] = {NULL};
	const char *path = take_str(f);
	int target = f->bad ? bad_plan() : open_in_root(path, 0);
	struct stat st;

	if (target < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (fstat(target, &st) < 0)
		return -1;
	return cover(S_ISDIR(st.st_mode) ? new_filesystem("tmpfs", "tmpfs", none, MOUNT_ATTR_RDONLY) : null_device(), target);
}

int
do_readonly_path(struct cursor *f)
{
	static const struct mount_attributes readonly = {.set = MOUNT_ATTR_RDONLY};
	const char *path = take_str(f);
	int target = f->bad ? bad_plan() : open_in_root(path, 0);
	int fd;

	if (target < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	fd = sys_open_tree(target, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	if (fd >= 0 && set_mount_attributes(fd, AT_EMPTY_PATH | AT_RECURSIVE, &readonly) < 0) {
		close(fd);
		fd = -1;
	}
	return cover(fd, target);
}
