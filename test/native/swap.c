/* swap A B: exchanges two names for as long as its standard input is open (renameat2(2), RENAME_EXCHANGE). */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>

int
main(int argc, char **argv)
{
	struct pollfd input = {.fd = 0, .events = POLLIN};

	if (argc != 3)
		return 64;
	if (puts("ready") < 0 || fflush(stdout) != 0)
		return 70;
	while (poll(&input, 1, 0) == 0)
		for (int i = 0; i < 100; i++)
			if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) < 0) {
				perror("renameat2");
				return 70;
			}
	return 0;
}
