/* Text without stdio, whose formatting alone would double init's size. */
#include "init.h"

#include <stdarg.h>
#include <stdlib.h>

int
concat(char *to, size_t size, ...)
{
	size_t used = 0;
	va_list parts;

	va_start(parts, size);
	for (const char *part = va_arg(parts, const char *); part != NULL; part = va_arg(parts, const char *)) {
		size_t len = strlen(part);

		if (len >= size - used) {
			va_end(parts);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(to + used, part, len + 1);
		used += len;
	}
	va_end(parts);
	return 0;
}

const char *
decimal(uint32_t number, char buffer[DECIMAL])
{
	char *at = buffer + DECIMAL - 1;

	*at = 0;
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	return at;
}

char *
read_text(int fd, size_t max)
{
	size_t size = 4096, used = 0;
	char *text = fd < 0 ? NULL : malloc(size);
	ssize_t got = -1;

	while (text != NULL && (got = read(fd, text + used, size - used - 1)) != 0) {
		char *more;

		if (got < 0 && errno == EINTR)
			continue;
		used += got < 0 ? 0 : (size_t)got;
		if (got < 0 || used > max)
			break;
		more = used < size - 1 ? text : realloc(text, size *= 2);
		if (more == NULL)
			break;
		text = more;
	}
	if (text != NULL && got == 0) {
		text[used] = 0;
		return text + closing(fd, 0);
	}
	if (used > max)
		errno = EFBIG;
	free(text);
	closing(fd, 0);
	return NULL;
}

int
write_all(int fd, const char *text)
{
	size_t len = strlen(text);
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, len);
	if (written >= 0 && (size_t)written != len)
		errno = EIO;
	return closing(fd, written == (ssize_t)len ? 0 : -1);
}

int
write_file_at(int dir, const char *name, const char *text)
{
	return write_all(openat(dir, name, O_WRONLY | O_CLOEXEC), text);
}
