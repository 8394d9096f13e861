/*
 * Sub-commands for the caller's side of a container, which JavaScript cannot play: an engine's shim, a hook, and a reader
 * and a writer on standard streams. Anything about terminals is in terminal.c.
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
#include <sys/wait.h>
#include <unistd.h>

static void redirect(const char *path, int fd)
{
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (file < 0 || dup2(file, fd) != fd)
		die(path);
}

/*
 * shim STDOUT STDERR PROGRAM ARGS...: a subreaper, like containerd's shim. Runs PROGRAM with its output in those files, prints
 * "pid N", and then how PROGRAM ("runtime") and every process left to it ("adopted") ends. It exits when none is left.
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

/* forever: a hook that never ends and ignores polite signals. */
static void run_forever(char **args)
{
	(void)args;
	sigset_t all;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
}

/* wait-fifo PATH: blocks until somebody opens it for writing and closes it again. */
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
	{ "hook", 2, run_hook },
	{ "stdin", 0, run_stdin },
	{ "say", 1, run_say },
	{ "complain", 1, run_complain },
	{ "write-fd", 2, run_write_fd },
	{ "forever", 0, run_forever },
	{ "wait-fifo", 1, run_wait_fifo },
	{ NULL, 0, NULL },
};
