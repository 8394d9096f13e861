/* xattr FILE NAME [VALUE]: sets an extended attribute, or prints it. */
#include <stdio.h>
#include <string.h>
#include <sys/xattr.h>

int
main(int argc, char **argv)
{
	char value[256];
	ssize_t len;

	if (argc == 4)
		return setxattr(argv[1], argv[2], argv[3], strlen(argv[3]), 0) == 0 ? 0 : 1;
	len = argc == 3 ? getxattr(argv[1], argv[2], value, sizeof value) : -1;
	return len < 0 || printf("%.*s\n", (int)len, value) < 0;
}
