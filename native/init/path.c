/*
 * Paths below the container's root. The image and other containers are hostile and may change links at any time, so the kernel
 * resolves every path inside the root (openat2, RESOLVE_IN_ROOT), and new files are created in a directory that is already
 * open.
 *
 * Mounts that later paths lie on are kept open, and those paths are resolved from their descriptors. So swapping directories
 * of the image cannot move /proc/sys away from under its read-only mount.
 */
#include "init.h"

#include <limits.h>
#include <stdlib.h>

#define LINKS_MAX 40 /* the kernel's own limit, path_resolution(7) */
#define TRIES_MAX 100000
#define DANGLING -2


const char *
below(const char *ancestor, const char *path)
{
	size_t len = strlen(ancestor);

	if (strncmp(path, ancestor, len) != 0 || (path[len] != 0 && path[len] != '/'))
		return NULL;
	return path + len + strspn(path + len, "/");
}

int
keep_mount(const char *path, int fd)
{
	struct kept_mount *more = realloc(self.kept, (self.kept_count + 1) * sizeof *more);

	if (more == NULL)
		return closing(fd, -1);
	self.kept = more;
	self.kept[self.kept_count++] = (struct kept_mount){path, fd};
	return 0;
}

void
forget_mounts(const char *path)
{
	for (size_t i = 0; i < self.kept_count; i++)
		if (self.kept[i].fd >= 0 && below(path, self.kept[i].path) != NULL) {
			close(self.kept[i].fd);
			self.kept[i].fd = -1;
		}
}

/* The kept mount that `path` lies on, with the rest of the path in `*rest`, "" for the mount itself; NULL if it is only the root. */
static const struct kept_mount *
kept_mount_of(const char *path, const char **rest)
{
	const struct kept_mount *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < self.kept_count; i++) {
		const char *end = self.kept[i].fd < 0 ? NULL : below(self.kept[i].path, path);

		if (end == NULL || strlen(self.kept[i].path) < longest)
			continue;
		found = &self.kept[i];
		longest = strlen(found->path);
		*rest = end;
	}
	return found;
}

/* EAGAIN: something was renamed or mounted meanwhile, and the kernel cannot tell whether it mattered. */
static int
open_from(int dir, const char *path, uint64_t resolve)
{
	struct open_how_arguments how = {.flags = O_PATH | O_CLOEXEC, .resolve = resolve};
	long fd = -1;

	for (int tries = 0; tries < TRIES_MAX; tries++) {
		fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	return (int)fd;
}

/* A kept mount need not be a directory. */
static int
open_on_mount(int mount, const char *path, uint64_t resolve)
{
	return path[0] == 0 ? fcntl(mount, F_DUPFD_CLOEXEC, 3) : open_from(mount, path, BENEATH | resolve);
}

/* A link that leads off its mount (EXDEV) is followed from the root, as the container will see it. */
int
open_in_root(const char *path, uint64_t resolve)
{
	const char *rest;
	const struct kept_mount *mount = kept_mount_of(path, &rest);
	int fd = mount == NULL ? -1 : open_on_mount(mount->fd, rest, resolve);

	if (fd >= 0 || (mount != NULL && errno != EXDEV))
		return fd;
	return open_from(self.root, path, IN_ROOT | resolve);
}

int
use_root_of_process(void)
{
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (root < 0)
		return -1;
	closing(self.root, 0);
	self.root = root;
	return 0;
}

bool
is_root(int fd)
{
	struct stat st, root;

	if (fstat(fd, &st) < 0 || fstat(self.root, &root) < 0 || st.st_ino != root.st_ino || st.st_dev != root.st_dev)
		return false;
	return mount_id(fd) == mount_id(self.root); /* a bind of the root's directory is another mount */
}

/* Creates `name` in an open directory; 1 if something is already there. */
static int
create_at(int parent, const char *name, bool directory)
{
	int fd;

	if (directory)
		return mkdirat(parent, name, 0755) == 0 ? 0 : errno == EEXIST ? 1 : -1;
	fd = openat(parent, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_WRONLY, 0644);
	if (fd < 0)
		return errno == EEXIST ? 1 : -1;
	return close(fd);
}

/* `name` is a dangling link: replaces it in `path` (PATH_MAX bytes) by the link's text. */
static int
replace_link(int parent, char *path, char *name, char after)
{
	char link[PATH_MAX];
	ssize_t len = readlinkat(parent, name, link, sizeof link);
	size_t keep = len > 0 && link[0] == '/' ? 0 : (size_t)(name - path);
	char *rest = name + strlen(name);
	size_t tail;

	if (len < 0)
		return -1;
	*rest = after;
	tail = strlen(rest) + 1;
	if (keep + (size_t)len + tail > PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memmove(path + keep + len, rest, tail);
	memcpy(path + keep, link, (size_t)len);
	return DANGLING;
}

/*
 * Walks `path` (PATH_MAX bytes, absolute), creating what is missing: directories, and the last component as `directory`
 * says. Returns it opened O_PATH, or -1; or DANGLING if it met a dangling link, and then `path` says where that leads.
 */
static int
ensure_once(char *path, bool directory, uint64_t resolve)
{
	int parent = open_in_root("/", resolve);
	char *end = path;

	while (parent >= 0 && *(end += strspn(end, "/")) != 0) {
		char *name = end;
		int next, created = 0;
		char after;

		end += strcspn(end, "/");
		after = *end;
		*end = 0;
		next = open_in_root(path, resolve);
		if (next < 0 && errno == ENOENT) {
			created = create_at(parent, name, directory || after == '/');
			next = created < 0 ? -1 : open_in_root(path, resolve);
		}
		if (next < 0 && created == 1 && errno == ENOENT)
			return closing(parent, replace_link(parent, path, name, after));
		*end = after;
		parent = closing(parent, next);
	}
	return parent;
}

int
ensure_in_root(const char *path, bool directory, uint32_t guard)
{
	uint64_t resolve = guard & GUARD_NO_SYMLINKS ? NO_SYMLINKS : 0;
	int fd = open_in_root(path, resolve);
	char work[PATH_MAX];

	if (fd >= 0 || errno != ENOENT || guard & GUARD_NO_CREATE)
		return fd;
	if (concat(work, sizeof work, path, NULL) < 0)
		return -1;
	for (int links = 0; links < LINKS_MAX; links++) {
		fd = ensure_once(work, directory, resolve);
		if (fd != DANGLING)
			return fd;
	}
	errno = ELOOP;
	return -1;
}

int
ensure_parent(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char parent[PATH_MAX];

	if (slash == NULL || slash[1] == 0 || slash - path >= PATH_MAX)
		return bad_plan();
	memcpy(parent, path, (size_t)(slash - path));
	parent[slash - path] = 0;
	*name = slash + 1;
	return ensure_in_root(parent[0] == 0 ? "/" : parent, true, 0);
}
