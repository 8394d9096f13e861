/*
 * Children that init forks before it enters anything: they keep the host's rights, are in none of the container's namespaces
 * and cgroups, and talk to init over a socket; they exit at its end of file.
 */
#include "init.h"

#include <signal.h>
#include <sys/socket.h>

/* A descriptor of init's left open here would hide init's exit from whoever waits for it. */
static int
leave_init(int socket)
{
	for (int stream = 0; stream < 3; stream++)
		if (dup2(self.null, stream) != stream)
			return -1;
	if (socket != SOCKET_AT && dup2(socket, SOCKET_AT) != SOCKET_AT)
		return -1;
	close(SOCKET_AT - 1);
	if (syscall(SYS_close_range, SOCKET_AT + 1, ~0u, 0) < 0)
		return -1;
	return setsid() < 0 ? -1 : 0; /* no terminal can interrupt it */
}

long
fork_aside(uint32_t slot)
{
	struct clone_arguments child = {.exit_signal = SIGCHLD};
	int ends[2];
	long pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -1;
	pid = syscall(SYS_clone3, &child, sizeof child);
	if (pid == 0) {
		if (leave_init(ends[1]) < 0)
			_exit(126);
		return 0;
	}
	close(ends[1]);
	if (pid < 0)
		return closing(ends[0], -1);
	return fill_slot(slot, ends[0]) < 0 ? -1 : pid;
}
