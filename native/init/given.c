/*
 * The descriptors that init is given. Which ones is said by the caller, never guessed: a number that is not given may be in use for anything
 * by the time that it is looked at. Each must be of its kind, or nothing is done at all.
 */
#include "init.h"

#include <stdlib.h>
#include <sys/socket.h>

#define ALL ((1u << GIVEN_COUNT) - 1)

static bool
is_socket(int fd, int wanted_type, int wanted_listens)
{
	int type, listens;
	socklen_t size = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 &&
	       (type == wanted_type || wanted_type == 0) && (listens != 0) == wanted_listens;
}

static bool
is_file(int fd, mode_t kind)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == kind;
}

/* pidfd_open(2). Its process may have ended, or be somebody else's. */
static bool
is_process(int fd)
{
	return syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0) == 0 || errno == ESRCH || errno == EPERM;
}

static bool
is_as_it_should_be(unsigned which, int fd)
{
	switch (which) {
	case GIVEN_PLAN:
	case GIVEN_TIMES:
		return is_file(fd, S_IFREG);
	case GIVEN_HOST:
		return is_socket(fd, SOCK_SEQPACKET, 0);
	case GIVEN_START:
		return is_socket(fd, SOCK_SEQPACKET, 1);
	case GIVEN_CONSOLE: /* the caller's */
		return is_socket(fd, 0, 0);
	case GIVEN_STATE_DIRECTORY:
	case GIVEN_OTHER_DIRECTORY:
	case GIVEN_CONTAINER_ROOT:
		return is_file(fd, S_IFDIR);
	case GIVEN_SIGN_OF_LIFE:
		return is_file(fd, S_IFIFO);
	case GIVEN_CONTAINER:
		return is_process(fd);
	}
	return false;
}

int
take_given(int base, const char *bits, int given[GIVEN_COUNT])
{
	unsigned long set = strtoul(bits, NULL, 10);
	bool are_right = set <= ALL && (set >> GIVEN_PLAN & 1) && (set >> GIVEN_HOST & 1);

	for (unsigned which = 0; which < GIVEN_COUNT; which++) {
		given[which] = set >> which & 1 ? base + (int)which : -1;
		if (given[which] >= 0)
			are_right = are_right && is_as_it_should_be(which, given[which]) && fcntl(given[which], F_SETFD, FD_CLOEXEC) == 0;
	}
	return are_right ? 0 : bad_plan();
}
