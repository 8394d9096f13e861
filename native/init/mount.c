/*
 * Mounts by descriptor: a step makes a detached mount in a slot, others change it, `attach` attaches it below the root.
 * See fsopen(2), open_tree(2), mount_setattr(2), move_mount(2).
 */
#include "init.h"

#include <sys/mount.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

int
do_set_propagation(struct cursor *f)
{
	const char *path = take_str(f);
	uint64_t flags = take_u64(f);

	return f->bad ? bad_plan() : mount(NULL, path, NULL, flags, NULL);
}

int
clone_source(const char *path, bool recursive, bool is_foreign)
{
	struct open_how_arguments how = {.flags = O_PATH | O_CLOEXEC, .resolve = NO_MAGIC_LINKS};
	unsigned flags = TREE_CLONE | (recursive ? TREE_RECURSIVE : 0);
	int fd;

	if (!is_foreign)
		return sys_open_tree(AT_FDCWD, path, flags);
	fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
	return fd < 0 ? -1 : closing(fd, sys_open_tree(fd, "", AT_EMPTY_PATH | flags));
}

int
do_open_tree(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *source = take_str(f);
	bool recursive = take_u32(f) != 0;

	return f->bad ? bad_plan() : fill_slot(slot, clone_source(source, recursive, self.is_foreign));
}

/* Uses statements because the evaluation order of an initializer's expressions is unspecified. */
static struct mount_attributes
take_attributes(struct cursor *f)
{
	struct mount_attributes attr = {0};

	attr.set = take_u64(f);
	attr.clear = take_u64(f);
	return attr;
}

/* A mount that the kernel keeps for itself takes no label as an option; the files that are made in it take the directory's. */
int
do_label_mount(struct cursor *f)
{
	int mount = slot_fd(take_u32(f));
	const char *label = take_str(f);
	int root = f->bad ? bad_plan() : openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return closing(root, root < 0 ? -1 : fsetxattr(root, "security.selinux", label, strlen(label), 0));
}

int
do_mount_attributes(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	struct mount_attributes attr = take_attributes(f);
	unsigned recursive;
	int fd;

	attr.propagation = take_u64(f);
	recursive = take_u32(f) ? TREE_RECURSIVE : 0;
	fd = f->bad ? bad_plan() : slot_fd(slot);
	return fd < 0 ? -1 : sys_mount_setattr(fd, recursive, &attr);
}

int
do_idmap_mount(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	uint32_t from = take_u32(f);
	unsigned recursive = take_u32(f) ? TREE_RECURSIVE : 0;
	int fd = f->bad ? bad_plan() : slot_fd(slot);
	int namespace = fd < 0 ? -1 : slot_fd(from);
	struct mount_attributes attr = {.set = ATTRIBUTE_IDMAP, .userns = (uint64_t)namespace};

	return namespace < 0 ? -1 : sys_mount_setattr(fd, recursive, &attr);
}

int
do_attach_root(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *path = take_str(f);
	int fd = f->bad ? bad_plan() : slot_fd(slot);

	if (fd < 0 || sys_move_mount(fd, AT_FDCWD, path, MOVE_TO_PATH) < 0)
		return -1;
	closing(self.root, 0);
	self.root = fd; /* a mount's descriptor stays valid when the mount is attached */
	if (fchdir(fd) < 0) /* relative paths in file system options start here, as in runc */
		return -1;
	self.slots[slot] = -1;
	return 0;
}

/* A mount over a file of procfs can defeat any later write to procfs (CVE-2019-16884), unless it is a procfs on a whole one. */
static int
check_target(int target, int mount, bool is_directory, uint32_t guard)
{
	struct statfs fs;
	struct stat st;

	if (fstatfs(target, &fs) < 0 || fstat(target, &st) < 0)
		return -1;
	if (fs.f_type == PROCFS_MAGIC && !(guard & GUARD_ALLOW_PROC) && !(is_procfs_root(target) && is_procfs_root(mount))) {
		errno = EPERM; /* engines take EACCES for a program that may not be executed */
		return -1;
	}
	if (S_ISDIR(st.st_mode) != is_directory) { /* move_mount(2) would fail with a vague EINVAL */
		errno = ENOTDIR;
		return -1;
	}
	return 0;
}

static int
attach_at(int fd, const char *path, uint32_t guard)
{
	struct stat st;
	int target;

	if (fstat(fd, &st) < 0)
		return -1;
	target = ensure_in_root(path, S_ISDIR(st.st_mode), guard);
	if (target < 0 || check_target(target, fd, S_ISDIR(st.st_mode), guard) < 0)
		return closing(target, -1);
	if (strcmp(path, "/") != 0 && is_root(target)) {
		errno = EBUSY;
		return closing(target, -1);
	}
	return closing(target, sys_move_mount(fd, target, "", MOVE_BY_DESCRIPTOR));
}

int
do_attach(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *target = take_str(f);
	uint32_t guard = take_u32(f);
	bool keep = take_u32(f) != 0;
	int fd = f->bad ? bad_plan() : slot_fd(slot);

	if (fd < 0 || attach_at(fd, target, guard) < 0)
		return -1;
	self.slots[slot] = -1;
	forget_mounts(strcmp(target, "/") == 0 ? "" : target);
	if (strcmp(target, "/") == 0) {
		close(self.root);
		self.root = fd;
		return 0;
	}
	return keep ? keep_mount(target, fd) : close(fd);
}

int
do_remount(struct cursor *f)
{
	const char *path = take_str(f);
	const char **options = take_strs(f, 0);
	struct mount_attributes attr = take_attributes(f);
	bool superblock = take_u32(f) != 0;
	int target = f->bad ? bad_plan() : open_in_root(path, 0);

	if (target < 0 || (superblock && reconfigure(target, options) < 0))
		return closing(target, -1);
	return closing(target, sys_mount_setattr(target, 0, &attr));
}

int
do_target_attributes(struct cursor *f)
{
	const char *path = take_str(f);
	struct mount_attributes attr = take_attributes(f);
	unsigned recursive;
	int target;

	attr.propagation = take_u64(f);
	recursive = take_u32(f) ? TREE_RECURSIVE : 0;
	target = f->bad ? bad_plan() : open_in_root(path, 0);
	return target < 0 ? -1 : closing(target, sys_mount_setattr(target, recursive, &attr));
}

int
cover(int fd, int target)
{
	int result = fd < 0 ? -1 : sys_move_mount(fd, target, "", MOVE_BY_DESCRIPTOR);

	return closing(fd, closing(target, result));
}
