/* Small files as a whole: for each of them system calls alone would take the interpreter six calls of its own. */
#include "engine.h"

#include <errno.h>
#include <fcntl.h>
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
