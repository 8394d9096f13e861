/*
 * Paths below the container's root. The image and other containers are hostile and may change links while we look,
 * so every path is resolved by the kernel inside the root (openat2, RESOLVE_IN_ROOT), and what is created is created
 * in a directory that is already open.
 */
#define _GNU_SOURCE
#include "init.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel's own limit, path_resolution(7) */

int
open_in_root(const char *path, uint64_t resolve)
{
	struct open_how_arguments how = {
	    .flags = O_PATH | O_CLOEXEC,
	    .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, self.root, path, &how, sizeof how);
	while (fd < 0 && (errno == EAGAIN || errno == EINTR));
	return (int)fd;
}

int
reopen(int fd, int flags)
{
	char name[32];

	snprintf(name, sizeof name, "self/fd/%d", fd);
	return openat(self.proc, name, flags);
}

/* Creates `name` in an open directory; 1 if something is there already. */
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

/* `prefix` is a link to something missing: replaces it and what follows by the link's text; `path` holds PATH_MAX. */
static int
follow_dangling(int parent, const char *name, const char *prefix, const char *rest, char *path)
{
	char link[PATH_MAX];
	char parent_path[PATH_MAX];
	ssize_t len = readlinkat(parent, name, link, sizeof link - 1);
	int written;

	if (len < 0)
		return -1;
	link[len] = 0;
	snprintf(parent_path, sizeof parent_path, "%.*s", (int)(strrchr(prefix, '/') - prefix), prefix);
	written = snprintf(path, PATH_MAX, "%s/%s%s", link[0] == '/' ? "" : parent_path, link, rest);
	if (written < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/*
 * Walks `path` (PATH_MAX bytes, absolute), creating what is missing: directories, and the last component as `directory`
 * says. Returns it opened O_PATH, or -1; or -2 when a dangling link was met and `path` now says where it leads.
 */
static int
ensure_once(char *path, bool directory, uint64_t resolve)
{
	int parent = open_in_root("/", resolve);
	char *end = path;

	while (parent >= 0 && *end != 0) {
		char prefix[PATH_MAX];
		const char *name = end + strspn(end, "/");
		size_t len = strcspn(name, "/");
		char component[NAME_MAX + 1];
		int next, created;

		if (len == 0)
			break;
		if (len > NAME_MAX) {
			close(parent);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(component, name, len);
		component[len] = 0;
		end = (char *)name + len;
		snprintf(prefix, sizeof prefix, "%.*s", (int)(end - path), path);

		next = open_in_root(prefix, resolve);
		if (next < 0 && errno == ENOENT) {
			created = create_at(parent, component, directory || strspn(end, "/") != strlen(end));
			next = created < 0 ? -1 : open_in_root(prefix, resolve);
			if (next < 0 && created == 1 && errno == ENOENT) {
				created = follow_dangling(parent, component, prefix, end, path);
				close(parent);
				return created < 0 ? -1 : -2;
			}
		}
		close(parent);
		parent = next;
	}
	return parent;
}

int
ensure_in_root(const char *path, bool directory, uint32_t guard)
{
	uint64_t resolve = guard & GUARD_NO_SYMLINKS ? RESOLVE_NO_SYMLINKS : 0;
	int fd = open_in_root(path, resolve);
	char work[PATH_MAX];

	if (fd >= 0 || errno != ENOENT || guard & GUARD_NO_CREATE)
		return fd;
	if (strlen(path) >= sizeof work) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(work, path);
	for (int links = 0; links < LINKS_MAX; links++) {
		fd = ensure_once(work, directory, resolve);
		if (fd != -2)
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
