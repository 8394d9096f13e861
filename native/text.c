/* Text without stdio, whose formatting alone would double the size of init. */
#include "init.h"

#include <stdarg.h>

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
