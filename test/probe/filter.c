/* Sub-commands about system call filters: what the filter of this process answers, and a listener for the filter of another. */
#include "probe.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAST_CALL 0x7fffffff

static void print_call(long number, long result)
{
	if (result < 0)
		printf("call %ld %s\n", number, errno_name(errno));
	else
		printf("call %ld made\n", number);
}

/* call NUMBER: makes it with all arguments 0. */
static void run_call(char **args)
{
	long number = number_or_die(args[0], LAST_CALL);
	errno = 0;
	print_call(number, syscall(number, 0L, 0L, 0L, 0L, 0L, 0L));
}

/* call-with NUMBER ARGUMENT: the first argument is that one. */
static void run_call_with(char **args)
{
	long number = number_or_die(args[0], LAST_CALL);
	errno = 0;
	print_call(number, syscall(number, number_or_die(args[1], LAST_CALL), 0L, 0L, 0L, 0L, 0L));
}

/* calls NUMBER...: up to a word that is none. */
static void run_calls(char **args)
{
	for (; *args; args++)
		run_call(args);
}

/* call-in-child NUMBER: and how the child ended. */
static void run_call_in_child(char **args)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		run_call(args);
		exit(0);
	}
	if (waitpid(pid, &status, 0) != pid)
		die("waitpid");
	print_end("child", status);
}

static _Atomic pid_t caller; /* the thread that makes the call */

static void *make_call(void *number)
{
	caller = (pid_t)syscall(SYS_gettid);
	syscall((long)number, 0L, 0L, 0L, 0L, 0L, 0L);
	puts("the thread went on");
	return NULL;
}

/*
 * call-in-thread NUMBER: whether the process survives it. The kernel tells of the thread's end: a C library may wait for ever
 * for a thread that did not end by itself.
 */
static void run_call_in_thread(char **args)
{
	pthread_t thread;

	fflush(stdout);
	if (pthread_create(&thread, NULL, make_call, (void *)number_or_die(args[0], LAST_CALL)) != 0)
		die("pthread_create");
	while (caller == 0 || syscall(SYS_tgkill, getpid(), caller, 0) == 0)
		sched_yield();
	puts("the process went on");
}

static void report_trap(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	printf("trapped call %d\n", info->si_syscall);
}

/* trap NUMBER: makes the call with a handler for SIGSYS. */
static void run_trap(char **args)
{
	struct sigaction action = { .sa_sigaction = report_trap, .sa_flags = SA_SIGINFO };

	if (sigaction(SIGSYS, &action, NULL) != 0)
		die("sigaction");
	syscall(number_or_die(args[0], LAST_CALL), 0L, 0L, 0L, 0L, 0L, 0L);
}

/* struct seccomp_notif and struct seccomp_notif_resp of seccomp_unotify(2). */
struct question {
	uint64_t id;
	uint32_t pid, flags;
	int32_t number;
	uint32_t arch;
	uint64_t at, args[6];
};
struct answer {
	uint64_t id;
	int64_t value;
	int32_t error;
	uint32_t flags;
};

#define RECEIVE _IOWR('!', 0, struct question)
#define SEND _IOWR('!', 1, struct answer)
#define GO_ON 1u /* SECCOMP_USER_NOTIF_FLAG_CONTINUE */

static int listen_at(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(name.sun_path, path, sizeof name.sun_path - 1);
	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof name) != 0 || listen(fd, 8) != 0)
		die(path);
	puts("listening");
	return fd;
}

/* Prints the message of a connection, and whether it ends there; returns the one descriptor that came with it. */
static int receive_listener(int connection)
{
	char text[65536];
	struct iovec part = { text, sizeof text };
	char control[256];
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
	ssize_t got = recvmsg(connection, &message, 0);
	struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
	int fd;

	if (header == NULL || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(sizeof fd))
		die("recvmsg");
	memcpy(&fd, CMSG_DATA(header), sizeof fd);
	printf("state %.*s\n", (int)got, text);
	puts(recv(connection, text, 1, 0) == 0 ? "and no more" : "and more");
	return fd;
}

/* filter-agent PATH NUMBER: refuses call NUMBER by EEXIST and lets all others go on, until there is nobody left to ask. */
static void run_filter_agent(char **args)
{
	long refused = number_or_die(args[1], LAST_CALL);
	int connection = accept(listen_at(args[0]), NULL, NULL);
	int listener;

	if (connection < 0)
		die("accept");
	listener = receive_listener(connection);
	for (;;) {
		struct pollfd waiting = { listener, POLLIN, 0 }; /* before Linux 6.11 only poll(2) tells that nobody is left */
		struct question question = { 0 };
		struct answer answer = { 0 };

		if (poll(&waiting, 1, -1) < 0)
			die("poll");
		if (!(waiting.revents & POLLIN))
			break;
		if (ioctl(listener, RECEIVE, &question) != 0) {
			if (errno != ENOENT) /* whoever asked is gone */
				die("ioctl");
			continue;
		}
		printf("asked %d\n", question.number);
		answer.id = question.id;
		answer.error = question.number == refused ? -EEXIST : 0;
		answer.flags = question.number == refused ? 0 : GO_ON;
		if (ioctl(listener, SEND, &answer) != 0 && errno != ENOENT)
			die("ioctl");
	}
	puts("ended");
}

/* struct sock_filter and struct sock_fprog of seccomp(2). */
struct instruction {
	uint16_t code;
	uint8_t if_so, if_not;
	uint32_t value;
};
struct filter {
	unsigned short length;
	const struct instruction *code;
};

/* lacking NUMBER ERRNO PROGRAM ARGS...: executes it where that call is answered by that error, as on a kernel that does not have it. */
static void run_lacking(char **args)
{
	const struct instruction code[] = {
		{ 0x20, 0, 0, 0 }, /* the number of the call */
		{ 0x15, 0, 1, (uint32_t)number_or_die(args[0], LAST_CALL) },
		{ 0x06, 0, 0, 0x00050000u | (uint32_t)number_or_die(args[1], 4095) }, /* SECCOMP_RET_ERRNO */
		{ 0x06, 0, 0, 0x7fff0000u }, /* SECCOMP_RET_ALLOW */
	};
	const struct filter filter = { sizeof code / sizeof *code, code };

	if (prctl(PR_SET_SECCOMP, 2, &filter) != 0) /* SECCOMP_MODE_FILTER */
		die("prctl");
	execvp(args[2], args + 2);
	die(args[2]);
}

const struct command filter_commands[] = {
	{ "call", 1, run_call },
	{ "call-with", 2, run_call_with },
	{ "calls", REST, run_calls },
	{ "call-in-child", 1, run_call_in_child },
	{ "call-in-thread", 1, run_call_in_thread },
	{ "trap", 1, run_trap },
	{ "filter-agent", 2, run_filter_agent },
	{ "lacking", REST, run_lacking },
	{ 0 },
};
