/*
 * Paths that the container must not see, or not change. A mask shows nothing of the host's that could be changed through it:
 * files are hidden by read-only clones of the container's own null device, directories by an empty read-only tmpfs.
 */
#include "init.h"

static const struct mount_attributes readonly = {.set = ATTRIBUTE_READONLY};

int
clone_readonly(int fd, unsigned recursive)
{
	int clone = sys_open_tree(fd, "", AT_EMPTY_PATH | TREE_CLONE | recursive);

	return clone < 0 || sys_mount_setattr(clone, recursive, &readonly) == 0 ? clone : closing(clone, -1);
}

/* All masked directories show the same empty file system: the first mount stays in the slot and is cloned for the others. */
static int
empty_directory(uint32_t slot)
{
	static const char *none[] = {NULL};

	if (slot_fd(slot) >= 0)
		return clone_readonly(slot_fd(slot), 0);
	if (errno != EBADF)
		return -1;
	if (fill_slot(slot, new_filesystem("tmpfs", "tmpfs", none, ATTRIBUTE_READONLY)) < 0)
		return -1;
	return fcntl(slot_fd(slot), F_DUPFD_CLOEXEC, 3);
}

/* A path that does not exist needs no mask. */
int
do_mask_path(struct cursor *f)
{
	const char *path = take_str(f);
	uint32_t null = take_u32(f);
	uint32_t directory = take_u32(f);
	int target = f->bad ? bad_plan() : open_in_root(path, 0);
	struct stat st;

	if (target < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	if (fstat(target, &st) < 0)
		return closing(target, -1);
	return cover(S_ISDIR(st.st_mode) ? empty_directory(directory) : clone_readonly(slot_fd(null), 0), target);
}

int
do_readonly_path(struct cursor *f)
{
	const char *path = take_str(f);
	int target = f->bad ? bad_plan() : open_in_root(path, 0);

	if (target < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	return cover(clone_readonly(target, TREE_RECURSIVE), target);
}
