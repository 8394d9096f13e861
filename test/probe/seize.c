/* Sub-commands of programs that trace whoever enters their pid namespace. */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The newest pid in this pid namespace. */
static int last_pid(void)
{
	char text[128];
	read_of("", "loadavg", text, sizeof text);
	return atoi(strrchr(text, ' ') + 1);
}

/* True if no system call filter restricts a process. */
static bool is_unfiltered(pid_t pid)
{
	char number[16], status[8192];
	snprintf(number, sizeof number, "%d", pid);
	read_of(number, "status", status, sizeof status);
	return strstr(status, "\nSeccomp:\t0\n") != NULL;
}

/* Traces each process from the moment that it is in this pid namespace, until there is a file `stop`. Returns for how many `act` returned true. */
static int seize_all(const char *stop, bool (*act)(pid_t pid))
{
	int seized = 0, sum = 0, end;
	pid_t next = last_pid() + 1;
	puts("seizing");
	for (unsigned turn = 0; turn % 4096 != 0 || access(stop, F_OK) != 0; turn++) {
		if (turn % 4096 == 0 && next <= last_pid())
			next = last_pid() + 1;
		if (ptrace(PTRACE_SEIZE, next, 0, 0) != 0)
			continue;
		if (ptrace(PTRACE_INTERRUPT, next, 0, 0) == 0 && waitpid(next, &end, __WALL) == next && WIFSTOPPED(end)) {
			sum += act(next);
			if (ptrace(PTRACE_DETACH, next, 0, 0) != 0)
				waitpid(next, NULL, __WALL); /* killed meanwhile: nobody else can reap it before */
		}
		next++;
		if (!seized++)
			puts("seized");
	}
	return sum;
}

/* seize STOP: prints "seizing" first, "seized" when it has caught a process, and finally whether one had no system call filter yet. */
static void run_seize(char **args)
{
	printf("unfiltered %s\n", seize_all(args[0], is_unfiltered) ? "some" : "none");
}

/* The line of /proc/PID/cgroup for a v1 controller. */
static void cgroup_of(const char *pid, const char *controller, char *line, size_t size)
{
	char text[8192], *found;
	read_of(pid, "cgroup", text, sizeof text);
	found = strstr(text, controller);
	snprintf(line, size, "%.*s", found ? (int)strcspn(found, "\n") : 0, found ? found : "");
}

/* True if a process is not counted where this one is. */
static bool is_uncounted(pid_t pid)
{
	char number[16], own[4096], others[4096];
	snprintf(number, sizeof number, "%d", pid);
	cgroup_of("self", ":pids:", own, sizeof own);
	cgroup_of(number, ":pids:", others, sizeof others);
	return strcmp(own, others) != 0;
}

/* seize-uncounted STOP: the same, and whether one was in another cgroup than this process. */
static void run_seize_uncounted(char **args)
{
	printf("uncounted %s\n", seize_all(args[0], is_uncounted) ? "some" : "none");
}

#define FLOOD 200000

static uint32_t flood_message[3] = { 0, 0, EPERM };
static int flood_file;
static const char *flood_stop;

/* Sends the message, with the file if there is one. */
static bool say(int to)
{
	struct iovec text = { flood_message, sizeof flood_message };
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = { .header = { .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
	struct msghdr message = { .msg_iov = &text, .msg_iovlen = 1 };
	if (flood_file >= 0) {
		memcpy(CMSG_DATA(&control.header), &flood_file, sizeof flood_file);
		message.msg_control = &control;
		message.msg_controllen = sizeof control;
	}
	while (sendmsg(to, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		if (errno != EAGAIN || access(flood_stop, F_OK) == 0)
			return false;
	return true;
}

/* Speaks for the process over its sockets, as long as anybody listens; true if somebody does. */
static bool flood(pid_t pid)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0), said = 0;
	for (int fd = 3; fd < 64; fd++) {
		int own = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
		for (int i = 0; own >= 0 && i < FLOOD && say(own); i++)
			said++;
		if (own >= 0)
			close(own);
	}
	close(process);
	return said > 0;
}

/*
 * flood STOP KIND FILE: like seize, but sends lamina such messages (native/init/wire.h) for each process that it has caught, with FILE unless that
 * is "-". Finally prints whether that was possible.
 */
static void run_flood(char **args)
{
	flood_stop = args[0];
	flood_message[0] = (uint32_t)number_or_die(args[1], 255);
	flood_file = strcmp(args[2], "-") == 0 ? -1 : open(args[2], O_RDONLY | O_CLOEXEC);
	printf("flooded %s\n", seize_all(args[0], flood) ? "some" : "none");
}

const struct command seize_commands[] = {
	{ "seize", 1, run_seize },
	{ "seize-uncounted", 1, run_seize_uncounted },
	{ "flood", 3, run_flood },
	{ NULL, 0, NULL },
};
