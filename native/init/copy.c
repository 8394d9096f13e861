/*
 * Copies the content of a directory of the image into the file system that will cover it (tmpcopyup). Everything goes by
 * descriptor and no link is followed; a file is checked before it is opened.
 */
#include "init.h"

#include <dirent.h>
#include <limits.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>

#define DEPTH_MAX 128 /* each level keeps three descriptors open */

static int copy_directory(int from, int to, int depth);

/* Attributes that the target's file system rejects, or that only the host may set, are skipped. */
static int
copy_xattrs(int from, int to)
{
	static char names[16384], value[65536]; /* untouched pages of these cost nothing */
	ssize_t len = flistxattr(from, names, sizeof names);

	if (len < 0)
		return errno == EOPNOTSUPP ? 0 : -1;
	for (const char *name = names; name < names + len; name += strlen(name) + 1) {
		ssize_t size = fgetxattr(from, name, value, sizeof value);

		if (size < 0 && errno != ENODATA)
			return -1;
		if (size >= 0 && fsetxattr(to, name, value, (size_t)size, 0) < 0 && errno != EOPNOTSUPP && errno != EPERM)
			return -1;
	}
	return 0;
}

/* Copies from `at` to `end`, or to the end of the file if that comes first. */
static int
copy_range(int from, int to, off_t at, off_t end)
{
	ssize_t copied = 1;

	if (lseek(to, at, SEEK_SET) < 0)
		return -1;
	while (at < end && copied != 0) {
		copied = sendfile(to, from, &at, (size_t)(end - at));
		if (copied < 0 && errno != EINTR)
			return -1;
	}
	return 0;
}

/* Holes stay holes, and data appended meanwhile is ignored: neither can fill the memory. */
static int
copy_content(int from, int to, off_t size)
{
	off_t end = 0, at;

	while (end < size) {
		at = lseek(from, end, SEEK_DATA);
		end = at < 0 ? -1 : lseek(from, at, SEEK_HOLE);
		if (end < 0 && errno != ENXIO)
			return -1;
		if (end <= at) /* only a hole is left, or the file was truncated meanwhile */
			break;
		if (copy_range(from, to, at, end < size ? end : size) < 0)
			return -1;
	}
	return ftruncate(to, size);
}

/* Owner before mode, since chown(2) may clear mode bits; an id without a mapping cannot be set (EINVAL). */
static int
copy_metadata(int from, int to, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};

	if (fchown(to, st->st_uid, st->st_gid) < 0 && errno != EINVAL)
		return -1;
	if (fchmod(to, st->st_mode & 07777) < 0 || copy_xattrs(from, to) < 0)
		return -1;
	return futimens(to, times);
}

/* A regular file or a directory, named by `path`. */
static int
copy_opened(int path, int to, const char *name, const struct stat *st, int depth)
{
	bool directory = S_ISDIR(st->st_mode);
	int source = reopen(path, O_RDONLY | O_CLOEXEC | O_NOATIME);
	int target, result;

	if (source < 0)
		source = reopen(path, O_RDONLY | O_CLOEXEC); /* only a file's owner may use O_NOATIME */
	if (source < 0)
		return -1;
	if (directory && mkdirat(to, name, 0700) < 0)
		return closing(source, -1);
	target = openat(to, name, directory ? O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (target < 0)
		return closing(source, -1);
	result = directory ? copy_directory(source, target, depth + 1) : copy_content(source, target, st->st_size);
	if (result == 0)
		result = copy_metadata(source, target, st);
	return closing(source, closing(target, result));
}

/* A symbolic link, device, FIFO or socket. */
static int
copy_node(int path, int to, const char *name, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	char link[PATH_MAX];
	ssize_t len;

	if (S_ISLNK(st->st_mode)) {
		len = readlinkat(path, "", link, sizeof link - 1);
		if (len < 0)
			return -1;
		link[len] = 0;
		if (symlinkat(link, to, name) < 0)
			return -1;
	} else if (mknodat(to, name, st->st_mode & S_IFMT, st->st_rdev) < 0 || fchmodat(to, name, st->st_mode & 07777, 0) < 0) {
		return -1;
	}
	if (fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 && errno != EINVAL)
		return -1;
	return utimensat(to, name, times, AT_SYMLINK_NOFOLLOW);
}

static int
copy_entry(int from, int to, const char *name, int depth)
{
	int path = openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (path < 0)
		return -1;
	if (fstat(path, &st) < 0)
		return closing(path, -1);
	if (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode))
		return closing(path, copy_opened(path, to, name, &st, depth));
	return closing(path, copy_node(path, to, name, &st));
}

static int
copy_directory(int from, int to, int depth)
{
	DIR *entries = depth > DEPTH_MAX ? NULL : fdopendir(fcntl(from, F_DUPFD_CLOEXEC, 3));
	struct dirent *entry;
	int result = 0, saved;

	if (entries == NULL) {
		if (depth > DEPTH_MAX)
			errno = ELOOP;
		return -1;
	}
	while (result == 0 && (errno = 0, entry = readdir(entries)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			result = copy_entry(from, to, entry->d_name, depth);
	saved = errno;
	closedir(entries);
	errno = saved;
	return result == 0 && saved != 0 ? -1 : result;
}

/* If the image lacks the directory, there is nothing to copy. */
int
do_copy_up(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *source = take_str(f);
	int to = f->bad ? bad_plan() : slot_fd(slot);
	int path = to < 0 ? -1 : open_in_root(source, 0);
	int from;

	if (path >= 0 && is_root(path)) {
		errno = EBUSY;
		return closing(path, -1);
	}
	from = path < 0 ? -1 : closing(path, openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (from < 0)
		return to >= 0 && (errno == ENOENT || errno == ENOTDIR) ? 0 : -1;
	return closing(from, copy_directory(from, to, 0));
}
