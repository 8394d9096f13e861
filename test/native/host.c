/*
 * Plays the host's part of the protocol that src/host/init/handshake.ts draws, and prints init's messages, so that a plan of a few
 * steps can be tested alone:
 *
 *   host INIT PLAN [start | closed | DIRECTORY]
 *
 * Every sync point is answered with GO at once. With `start`, the end of the conversation means that init waits, and the
 * program connects to the start socket. With `closed` init has no standard streams. With a directory init gets a supervisor,
 * which writes there twice. Prints one line for each message, for a terminal that is sent, and for how init ended.
 */
#include "../../native/init/wire.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BASE 100

static void
die(const char *what)
{
	perror(what);
	exit(70);
}

static int
must(int result, const char *what)
{
	if (result < 0)
		die(what);
	return result;
}

/* A listening socket with a name chosen by the kernel. */
static int
listen_somewhere(struct sockaddr_un *name, socklen_t *len)
{
	int fd = must(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "socket");
	struct sockaddr_un any = {.sun_family = AF_UNIX};

	must(bind(fd, (struct sockaddr *)&any, sizeof any.sun_family), "bind");
	*len = sizeof *name;
	must(getsockname(fd, (struct sockaddr *)name, len), "getsockname");
	must(listen(fd, 1), "listen");
	return fd;
}

static void
become_init(const char *path, const int fds[4], const char *directory, bool closed)
{
	char number[12], given[12];
	unsigned bits = 1u << GIVEN_PLAN | 1u << GIVEN_HOST | 1u << GIVEN_START | 1u << GIVEN_CONSOLE;

	if (directory != NULL)
		bits |= 1u << GIVEN_STATE_DIRECTORY | 1u << GIVEN_OTHER_DIRECTORY;
	snprintf(number, sizeof number, "%d", BASE);
	snprintf(given, sizeof given, "%u", bits);
	for (int i = 0; i < 4; i++)
		must(dup2(fds[i], BASE + i), "dup2");
	for (int i = 4; directory != NULL && i < 6; i++)
		must(dup2(must(open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC), directory), BASE + i), "dup2");
	for (int fd = 0; closed && fd < 3; fd++)
		close(fd);
	if (directory != NULL)
		execl(path, "supervisor", number, given, "{\"id\":\"trial\"", "upper.exit.json", "0", (char *)NULL);
	execl(path, "init", number, given, (char *)NULL);
	die(path);
}

static void
print_end(int status)
{
	printf(WIFEXITED(status) ? "exit %d\n" : "signal %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
}

/* A sync point where init is to wait until its listener has arrived, as src/host lets it. */
#define AFTER_LISTENER 99u

static void
let_go_on(int socket)
{
	uint32_t go[3] = {MESSAGE_GO, 0, 0};

	if (send(socket, go, sizeof go, MSG_NOSIGNAL) < 0)
		perror("send");
}

/* Prints messages and answers those that wait, until init closes its end. The first stage exits when its child exists. */
static void
converse(int socket, pid_t first_stage)
{
	uint32_t message[3];
	bool heard = false, waits = false;
	int status;

	while (recv(socket, message, sizeof message, 0) == sizeof message) {
		if (message[0] == MESSAGE_SYNC) {
			printf("sync %u\n", message[2]);
			waits = message[2] == AFTER_LISTENER && !heard;
			if (!waits)
				let_go_on(socket);
		} else if (message[0] == MESSAGE_PID) {
			printf("pid\n");
			if (first_stage > 0) {
				must(waitpid(first_stage, &status, 0), "waitpid");
				print_end(status);
			}
		} else if (message[0] == MESSAGE_LISTENER) {
			printf("listener of step %u\n", message[1]);
			heard = true;
			if (waits)
				let_go_on(socket);
		} else if (message[0] == MESSAGE_SUPERVISED) {
			printf("supervised\n");
			first_stage = 0; /* not our child */
		} else {
			printf("%s step %u: %s\n", message[0] == MESSAGE_FAILED ? "failed" : "warning", message[1],
			       message[2] < 4096 ? strerrorname_np((int)message[2]) : message[2] < 8192 ? "exited" : "killed");
			if (message[2] >= 4096)
				printf("status %u\n", message[2] & 4095);
		}
		fflush(stdout);
	}
	close(socket);
}

static int
receive_terminal(int socket)
{
	char text[64], control[256];
	struct iovec io = {text, sizeof text};
	struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	ssize_t len = recvmsg(socket, &message, 0);
	struct cmsghdr *header = len > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	int master;

	if (header == NULL)
		return -1;
	printf("terminal %.*s, %zu bytes of control\n", (int)len, text, (size_t)message.msg_controllen);
	memcpy(&master, CMSG_DATA(header), sizeof master);
	return master;
}

/* Prints what was written to the terminal; its end reads as an error. */
static void
print_terminal(int master)
{
	char text[512];
	ssize_t len;

	while ((len = read(master, text, sizeof text)) > 0)
		fwrite(text, 1, (size_t)len, stdout);
	close(master);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un name;
	socklen_t name_len;
	int host[2], console[2], fds[4], status, master, connection;
	pid_t first_stage;
	bool starts = argc > 3 && strcmp(argv[3], "start") == 0, closed = argc > 3 && strcmp(argv[3], "closed") == 0;

	if (argc < 3)
		return 64;
	setvbuf(stdout, NULL, _IOLBF, 0);
	must(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl");
	must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, host), "socketpair");
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, console), "socketpair");
	fds[0] = must(open(argv[2], O_RDONLY | O_CLOEXEC), argv[2]);
	fds[1] = host[1];
	fds[2] = listen_somewhere(&name, &name_len);
	fds[3] = console[1];
	first_stage = must(fork(), "fork");
	if (first_stage == 0)
		become_init(argv[1], fds, starts || closed || argc < 4 ? NULL : argv[3], closed);
	close(host[1]);
	close(console[1]);
	close(fds[2]);

	converse(host[0], first_stage);
	if (starts) {
		uint32_t go[3] = {MESSAGE_GO, 0, 0};

		connection = must(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "socket");
		must(connect(connection, (struct sockaddr *)&name, name_len), "connect");
		must((int)send(connection, go, sizeof go, MSG_NOSIGNAL), "send");
		printf("started\n");
		converse(connection, first_stage);
	}
	master = receive_terminal(console[0]);
	if (master >= 0)
		print_terminal(master);
	while (wait(&status) > 0)
		print_end(status);
	return 0;
}
