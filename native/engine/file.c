/* Small files as a whole: for each of them system calls alone would take the interpreter six calls of its own. */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USUAL_SIZE 16384u

/* Begins on the stack; `larger` is from malloc, or NULL. */
struct content {
	uint8_t *bytes, *larger;
	size_t size, room;
};

static int
make_room(struct content *content, size_t room)
{
	uint8_t *larger = realloc(content->larger, room);

	if (larger == NULL)
		return -ENOMEM;
	if (content->larger == NULL)
		memcpy(larger, content->bytes, content->size);
	content->bytes = content->larger = larger;
	content->room = room;
	return 0;
}

/* 0, or minus errno. The kernel's own files do not tell their size, so only a read of nothing is the end. */
static int
read_to_end(int fd, size_t limit, struct content *content)
{
	for (;;) {
		ssize_t got;

		if (content->size == content->room && make_room(content, 2 * content->room) < 0)
			return -ENOMEM;
		do
			got = read(fd, content->bytes + content->size, content->room - content->size);
		while (got < 0 && errno == EINTR);
		if (got <= 0)
			return got < 0 ? -errno : 0;
		content->size += (size_t)got;
		if (content->size > limit)
			return -EFBIG;
	}
}

static int
read_regular(int fd, size_t limit, struct content *content)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -ENXIO;
	if (st.st_size > 0 && (uint64_t)st.st_size > limit)
		return -EFBIG;
	if ((uint64_t)st.st_size >= content->room && make_room(content, (size_t)st.st_size + 1) < 0)
		return -ENOMEM;
	return read_to_end(fd, limit, content);
}

static int
open_file(const char *path, int64_t flags)
{
	int fd;

	do
		fd = open(path, (int)flags);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

/* What both functions begin with. */
static bool
take_file(JSContext *ctx, JSValueConst *arguments, struct loan *loan, const char **path, int64_t *flags)
{
	return take_between(ctx, arguments[1], 0, INT32_MAX, flags) && lend_string(ctx, arguments[0], "a path", loan, path);
}

/* readFile(path, flags, limit): string, or minus errno */
JSValue
host_read_file(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	uint8_t usual[USUAL_SIZE];
	struct content content = {.bytes = usual, .room = sizeof usual};
	struct loan loan = {.count = 0};
	int64_t flags, limit;
	const char *path;
	JSValue result;
	int fd, error;

	(void)this_value;
	if (!require_count(ctx, count, 3, 3) || !take_between(ctx, arguments[2], 0, INT32_MAX, &limit) ||
	    !take_file(ctx, arguments, &loan, &path, &flags))
		return JS_EXCEPTION;
	fd = open_file(path, flags);
	return_loan(ctx, &loan);
	if (fd < 0)
		return JS_NewInt32(ctx, fd);
	error = read_regular(fd, (size_t)limit, &content);
	close(fd);
	result = error < 0 ? JS_NewInt32(ctx, error) : new_text(ctx, content.bytes, content.size);
	free(content.larger);
	return result;
}

/*
 * A descriptor of a regular file, or minus errno: -ENOENT for anything else, which is never opened, since that alone does
 * something to a device. What a descriptor of a path refers to stays the same.
 */
static int
open_regular_at(int directory, const char *name)
{
	int path = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC), fd;
	char link[32];
	struct stat st;

	if (path < 0)
		return -errno;
	snprintf(link, sizeof link, "/proc/self/fd/%d", path);
	if (fstat(path, &st) < 0)
		fd = -errno;
	else
		fd = S_ISREG(st.st_mode) ? open_file(link, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -ENOENT;
	close(path);
	return fd;
}

/* The number of bytes, or minus errno. */
static ssize_t
read_into(int fd, const struct memory *memory)
{
	size_t size = 0;

	while (size < memory->size) {
		ssize_t got = read(fd, memory->at + size, memory->size - size);

		if (got == 0)
			break;
		if (got > 0)
			size += (size_t)got;
		else if (errno != EINTR)
			return -errno;
	}
	return (ssize_t)size;
}

/* readFileAt(directory, name, memory): the number of bytes, or minus errno */
JSValue
host_read_file_at(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory name, memory;
	int64_t directory;
	ssize_t result;
	int fd;

	(void)this_value;
	if (!require_count(ctx, count, 3, 3) || !take_between(ctx, arguments[0], INT32_MIN, INT32_MAX, &directory) ||
	    !take_memory(ctx, arguments[1], &name) || !take_room(ctx, arguments[2], &memory))
		return JS_EXCEPTION;
	if (name.size == 0 || memchr(name.at, 0, name.size) != name.at + name.size - 1)
		return JS_ThrowTypeError(ctx, "a name whose only NUL is not its end");
	result = fd = open_regular_at((int)directory, (const char *)name.at);
	if (fd >= 0) {
		result = read_into(fd, &memory);
		close(fd);
	}
	return new_integer(ctx, result);
}

/* writeFile(path, flags, text): the number of bytes that one write(2) took, or minus errno */
JSValue
host_write_file(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct loan loan = {.count = 0};
	const char *path, *text;
	int64_t flags;
	ssize_t written;
	int fd;

	(void)this_value;
	if (!require_count(ctx, count, 3, 3))
		return JS_EXCEPTION;
	if (!lend_string(ctx, arguments[2], "text", &loan, &text) || !take_file(ctx, arguments, &loan, &path, &flags)) {
		return_loan(ctx, &loan);
		return JS_EXCEPTION;
	}
	fd = open_file(path, flags);
	written = fd;
	if (fd >= 0) {
		do
			written = write(fd, text, strlen(text));
		while (written < 0 && errno == EINTR);
		if (written < 0)
			written = -errno;
		close(fd);
	}
	return_loan(ctx, &loan);
	return new_integer(ctx, written);
}
