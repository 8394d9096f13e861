/*
 * swap A B: exchanges two names (renameat2(2), RENAME_EXCHANGE) until its standard input ends, but at least LEAST times.
 * Prints "ready" once it has started, and finally how often; that is an even number, so both are where they were.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

#define LEAST 10000L

int
main(int argc, char **argv)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};
	long count = 0;

	if (argc != 3)
		return 64;
	do {
		for (int i = 0; i < 100; i++, count++)
			while (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) < 0)
				if (errno != EXDEV && errno != EBUSY) { /* something is mounted there for a moment */
					perror("renameat2");
					return 70;
				}
		if (count == 100 && (puts("ready") < 0 || fflush(stdout) != 0))
			return 70;
	} while (poll(&input, 1, 0) == 0 || count < LEAST);
	printf("%ld\n", count);
	return 0;
}
