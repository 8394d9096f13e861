/* Sub-commands for sd_notify(3): a service that is ready, and the manager that hears of it. */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static socklen_t address_of(const char *path, struct sockaddr_un *address)
{
	size_t length = strlen(path);
	if (length >= sizeof address->sun_path) {
		errno = ENAMETOOLONG;
		die(path);
	}
	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, length);
	if (path[0] == '@')
		address->sun_path[0] = 0;
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

/* notify TEXT: one datagram to $NOTIFY_SOCKET. */
static void run_notify(char **args)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (!path) {
		puts("notify: no NOTIFY_SOCKET");
		return;
	}
	socklen_t size = address_of(path, &address);
	if (fd < 0 || sendto(fd, args[0], strlen(args[0]), 0, (struct sockaddr *)&address, size) < 0)
		report_errno("notify");
	else
		printf("notify %s ok\n", path);
	fflush(stdout);
	if (fd >= 0)
		close(fd);
}

static int bound_to(char *path)
{
	struct sockaddr_un address;
	socklen_t size = address_of(path, &address);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0)
		die("bind");
	return fd;
}

static void say(const char *line)
{
	puts(line);
	fflush(stdout);
}

/* notify-deaf ADDRESS: is there, for the commands that follow, and reads nothing. */
static void run_notify_deaf(char **args)
{
	bound_to(args[0]);
	say("notify-server ready");
}

/* notify-full ADDRESS: nor has it room for one message more. */
static void run_notify_full(char **args)
{
	struct sockaddr_un address;
	socklen_t size = address_of(args[0], &address);
	int from = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	bound_to(args[0]);
	if (from < 0 || connect(from, (struct sockaddr *)&address, size) < 0)
		die("connect");
	while (send(from, "", 1, 0) == 1)
		;
	if (errno != EAGAIN)
		die("send");
	close(from);
	say("notify-server ready");
}

/* notify-server ADDRESS: prints each datagram that arrives, up to a barrier, whose descriptor is closed. */
static void run_notify_server(char **args)
{
	int fd = bound_to(args[0]);
	bool isBarrier = false;

	say("notify-server ready");
	while (!isBarrier) {
		char text[512], control[CMSG_SPACE(sizeof(int))];
		struct iovec data = { text, sizeof text - 1 };
		struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
		ssize_t length = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		int passed;

		if (length < 0)
			die("recvmsg");
		fputs("told ", stdout);
		print_escaped(text, (size_t)length);
		putchar('\n');
		fflush(stdout);
		isBarrier = header && header->cmsg_type == SCM_RIGHTS;
		if (isBarrier) {
			memcpy(&passed, CMSG_DATA(header), sizeof passed);
			close(passed);
		}
	}
	close(fd);
}

const struct command notify_commands[] = {
	{ "notify", 1, run_notify },
	{ "notify-deaf", 1, run_notify_deaf },
	{ "notify-full", 1, run_notify_full },
	{ "notify-server", 1, run_notify_server },
	{ NULL, 0, NULL },
};
