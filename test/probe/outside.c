/*
 * Sub-commands for the caller's side of a container, which JavaScript cannot play: an engine's shim, its console socket,
 * a hook, and a reader and a writer on standard streams.
 */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void print_end(const char *who, int status)
{
	if (WIFSIGNALED(status))
		printf("%s killed by %s\n", who, signal_name(WTERMSIG(status)));
	else
		printf("%s exited %d\n", who, WEXITSTATUS(status));
}

static void redirect(const char *path, int fd)
{
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (file < 0 || dup2(file, fd) != fd)
		die(path);
}

/*
 * shim STDOUT STDERR PROGRAM ARGS...: a subreaper, as containerd's shim is. Runs PROGRAM with its output in those files, says
 * "pid N", and then how PROGRAM ("runtime") and every process left to it ("adopted") ends. It ends when none is left.
 */
static void run_shim(char **args)
{
	if (!args[0] || !args[1] || !args[2] || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		die("shim takes STDOUT STDERR PROGRAM");
	fflush(stdout);
	pid_t child = fork();
	if (child < 0)
		die("fork");
	if (child == 0) {
		redirect(args[0], 1);
		redirect(args[1], 2);
		execvp(args[2], args + 2);
		_exit(127);
	}
	printf("pid %d\n", child);
	int status;
	for (pid_t pid; (pid = wait(&status)) > 0;)
		print_end(pid == child ? "runtime" : "adopted", status);
	puts("alone");
}

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

/* console-server SOCKET: listens, prints "listening", takes one terminal and copies what it shows until its last user is gone. */
static void run_console_server(char **args)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	if (strlen(args[0]) >= sizeof address.sun_path)
		die("the socket's path is too long");
	strcpy(address.sun_path, args[0]);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server < 0 || bind(server, (struct sockaddr *)&address, sizeof address) != 0 || listen(server, 1) != 0)
		die(args[0]);
	puts("listening");
	int connection = accept4(server, NULL, NULL, SOCK_CLOEXEC);
	if (connection < 0)
		die("accept");
	char name[256], shown[4096];
	int terminal = receive_fd(connection, name, sizeof name);
	printf("console %s %s\n", name, isatty(terminal) ? "terminal" : "no terminal");
	fflush(stdout);
	/* EIO is how a pseudo-terminal's master says that nobody has the other end open any more. */
	for (ssize_t length; (length = read(terminal, shown, sizeof shown)) > 0;)
		if (write(1, shown, (size_t)length) != length)
			die("write");
}

static void print_hook_line(FILE *log, const char *label)
{
	char cwd[PATH_MAX], root[PATH_MAX], mount_namespace[64];
	ssize_t length = readlink("/proc/self/ns/mnt", mount_namespace, sizeof mount_namespace - 1);
	mount_namespace[length < 0 ? 0 : length] = '\0';
	ssize_t root_length = readlink("/proc/self/root", root, sizeof root - 1);
	root[root_length < 0 ? 0 : root_length] = '\0';
	fprintf(log, "{\"hook\":\"%s\",\"cwd\":\"%s\",\"root\":\"%s\",\"mnt\":\"%s\",\"has\":\"%s\",\"state\":", label,
		getcwd(cwd, sizeof cwd) ? cwd : "", root, mount_namespace, access("/inside-marker", F_OK) == 0 ? "rootfs" : "host");
}

/* hook LOG LABEL: appends one JSON line with what a hook was given: its label, where it ran, and the state from stdin. */
static void run_hook(char **args)
{
	char state[16384];
	size_t length = fread(state, 1, sizeof state - 1, stdin);
	while (length > 0 && state[length - 1] == '\n')
		length--;
	state[length] = '\0';
	FILE *log = fopen(args[0], "ae");
	if (!log)
		die(args[0]);
	print_hook_line(log, args[1]);
	fprintf(log, "%s}\n", length ? state : "null");
	if (fclose(log) != 0)
		die(args[0]);
}

static void run_stdin(char **args)
{
	(void)args;
	char content[4096];
	ssize_t length = read(0, content, sizeof content);
	if (length < 0) {
		report_errno("stdin");
		return;
	}
	fputs("stdin ok ", stdout);
	print_escaped(content, (size_t)length);
	putchar('\n');
}

static void run_say(char **args)
{
	puts(args[0]);
}

static void run_complain(char **args)
{
	fflush(stdout);
	fprintf(stderr, "%s\n", args[0]);
}

/* write-fd FD TEXT: writes to a descriptor that the caller left open. */
static void run_write_fd(char **args)
{
	int fd = (int)number_or_die(args[0], 1023);
	ssize_t length = (ssize_t)strlen(args[1]);
	printf("write-fd %d %s\n", fd, write(fd, args[1], (size_t)length) == length ? "ok" : errno_name(errno));
}

/* forever: what a hook that never ends does, whatever it is asked politely. */
static void run_forever(char **args)
{
	(void)args;
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
}

/* wait-fifo PATH: blocks until somebody opens it to write and closes it again. */
static void run_wait_fifo(char **args)
{
	char bytes[64];
	int fd = open(args[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(args[0]);
	while (read(fd, bytes, sizeof bytes) > 0)
		continue;
	close(fd);
	puts("wait-fifo ok");
}

const struct command outside_commands[] = {
	{ "shim", REST, run_shim },
	{ "console-server", 1, run_console_server },
	{ "hook", 2, run_hook },
	{ "stdin", 0, run_stdin },
	{ "say", 1, run_say },
	{ "complain", 1, run_complain },
	{ "write-fd", 2, run_write_fd },
	{ "forever", 0, run_forever },
	{ "wait-fifo", 1, run_wait_fifo },
	{ NULL, 0, NULL },
};
