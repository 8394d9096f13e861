/*
 * Sub-commands for both ends of a terminal: an engine's console socket, and the terminal a person sits at. The latter prints
 * what the program showed and, at its end, whether it left the terminal as it found it.
 */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Receives one descriptor and the bytes that come with it. */
static int receive_fd(int connection, char *name, size_t size)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec part = { name, size - 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
	ssize_t length = recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
	struct cmsghdr *header = length < 0 ? NULL : CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		die("no descriptor came over the console socket");
	name[length] = '\0';
	int fd;
	memcpy(&fd, CMSG_DATA(header), sizeof fd);
	return fd;
}

/* Listens at `path`, prints "listening", and takes one descriptor with its name. */
static int serve_fd(const char *path, char *name, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof address.sun_path)
		die("the socket's path is too long");
	strcpy(address.sun_path, path);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 1) != 0)
		die(path);
	puts("listening");
	fflush(stdout);
	int connection = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	if (connection < 0)
		die("accept");
	return receive_fd(connection, name, size);
}

/* pidfd-server SOCKET: receives one process, prints its name and pid, and waits for it to exit. */
static void run_pidfd_server(char **args)
{
	char name[256], path[64], line[256];
	int process = serve_fd(args[0], name, sizeof name);
	snprintf(path, sizeof path, "/proc/self/fdinfo/%d", process);
	FILE *info = open_or_die(path);
	while (fgets(line, sizeof line, info))
		if (strncmp(line, "Pid:", 4) == 0)
			printf("pidfd %s %ld\n", name, strtol(line + 4, NULL, 10));
	fflush(stdout);
	struct pollfd end = { .fd = process, .events = POLLIN };
	puts(poll(&end, 1, -1) == 1 ? "ended" : "lost");
}

/* console-server SOCKET: receives one terminal and copies its output until its last user is gone. */
static void run_console_server(char **args)
{
	char name[256], shown[4096];
	int terminal = serve_fd(args[0], name, sizeof name);
	printf("console %s %s\n", name, isatty(terminal) ? "terminal" : "no terminal");
	fflush(stdout);
	/* EIO is how a pseudo-terminal's master reports that nobody has the other end open any more. */
	for (ssize_t length; (length = read(terminal, shown, sizeof shown)) > 0;)
		if (write(1, shown, (size_t)length) != length)
			die("write");
}

struct terminal {
	int master, slave;
	struct termios before;
};

static struct terminal open_terminal(unsigned short columns, unsigned short rows)
{
	struct terminal terminal = { .master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), .slave = -1 };
	struct winsize size = { .ws_col = columns, .ws_row = rows };
	if (terminal.master < 0 || grantpt(terminal.master) != 0 || unlockpt(terminal.master) != 0)
		die("posix_openpt");
	terminal.slave = open(ptsname(terminal.master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal.slave < 0 || ioctl(terminal.slave, TIOCSWINSZ, &size) != 0 || tcgetattr(terminal.slave, &terminal.before) != 0)
		die("the terminal's other end");
	return terminal;
}

static pid_t spawn_on(const struct terminal *terminal, char **program)
{
	fflush(stdout);
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child > 0)
		return child;
	if (setsid() < 0 || ioctl(terminal->slave, TIOCSCTTY, 0) != 0)
		_exit(EXIT_PROBE);
	for (int fd = 0; fd <= 2; fd++)
		if (dup2(terminal->slave, fd) != fd)
			_exit(EXIT_PROBE);
	execvp(program[0], program);
	_exit(127);
}

/* Moves the available data from one descriptor to another; false if `from` will never have more. */
static int copy(int from, int to)
{
	char bytes[4096];
	ssize_t length = read(from, bytes, sizeof bytes);
	if (length > 0 && write(to, bytes, (size_t)length) != length)
		die("write");
	return length > 0 || (length < 0 && errno == EINTR);
}

static volatile sig_atomic_t resize;

static void note_resize(int number)
{
	(void)number;
	resize = 1;
}

static void resize_if_asked(const struct terminal *terminal)
{
	struct winsize size = { .ws_col = 101, .ws_row = 51 };
	if (resize && ioctl(terminal->master, TIOCSWINSZ, &size) != 0)
		die("TIOCSWINSZ");
	resize = 0;
}

/* Copies both ways until the child has exited and all its output has been printed. */
static void converse(const struct terminal *terminal, pid_t child)
{
	int ended = (int)syscall(SYS_pidfd_open, child, 0);
	if (ended < 0)
		die("pidfd_open");
	struct pollfd ends[] = { { terminal->master, POLLIN, 0 }, { 0, POLLIN, 0 }, { ended, POLLIN, 0 } };
	for (;;) {
		resize_if_asked(terminal);
		int ready = poll(ends, 3, -1);
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready < 0)
			die("poll");
		if (ends[0].revents & POLLIN)
			copy(terminal->master, 1);
		else if (ends[2].revents)
			break;
		else if (ends[1].revents && !copy(0, terminal->master))
			ends[1].fd = -1;
	}
	close(ended);
}

/*
 * terminal COLUMNS ROWS PROGRAM ARGS...: runs PROGRAM as the leader of a session on a new terminal, with standard input typed into
 * it. SIGUSR1 makes the window 101x51. Prints how PROGRAM ended and whether the terminal's modes are what they were.
 */
static void run_terminal(char **args)
{
	if (!args[0] || !args[1] || !args[2])
		die("terminal takes COLUMNS ROWS PROGRAM");
	struct sigaction action = { .sa_handler = note_resize };
	if (sigaction(SIGUSR1, &action, NULL) != 0)
		die("sigaction");
	struct terminal terminal = open_terminal((unsigned short)number_or_die(args[0], 999), (unsigned short)number_or_die(args[1], 999));
	pid_t child = spawn_on(&terminal, args + 2);
	converse(&terminal, child);
	int status;
	struct termios after;
	if (waitpid(child, &status, 0) != child || tcgetattr(terminal.slave, &after) != 0)
		die("the terminal's program");
	print_end("program", status);
	int same = after.c_iflag == terminal.before.c_iflag && after.c_oflag == terminal.before.c_oflag &&
		after.c_cflag == terminal.before.c_cflag && after.c_lflag == terminal.before.c_lflag;
	printf("terminal %s\n", same ? "restored" : "changed");
}

const struct command terminal_commands[] = {
	{ "console-server", 1, run_console_server },
	{ "pidfd-server", 1, run_pidfd_server },
	{ "terminal", REST, run_terminal },
	{ NULL, 0, NULL },
};
