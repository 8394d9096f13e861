/* Sub-commands of hostile programs: what they can change, whom they can inspect, what a user namespace of their own gives them, and how much they use. */
#define _GNU_SOURCE
#include "probe.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static const char *outcome(int result)
{
	return result == 0 ? "ok" : errno_name(errno);
}

/* change PATH: its mode, owner, times and an attribute, as somebody would who wants to spoil it for others. */
static void run_change(char **args)
{
	printf("change %s chmod %s", args[0], outcome(chmod(args[0], 0)));
	printf(", chown %s", outcome(chown(args[0], 4711, 4711)));
	printf(", utimes %s", outcome(utimensat(AT_FDCWD, args[0], (const struct timespec[]){ { 1, 0 }, { 1, 0 } }, 0)));
	printf(", setxattr %s\n", outcome(setxattr(args[0], "trusted.spoilt", "1", 1, 0)));
}

/* change-fd FD: the same through a descriptor. */
static void run_change_fd(char **args)
{
	int fd = (int)number_or_die(args[0], 1023);
	printf("change-fd %d chmod %s", fd, outcome(fchmod(fd, 0)));
	printf(", chown %s", outcome(fchown(fd, 4711, 4711)));
	printf(", utimes %s", outcome(futimens(fd, (const struct timespec[]){ { 1, 0 }, { 1, 0 } })));
	printf(", setxattr %s\n", outcome(fsetxattr(fd, "trusted.spoilt", "1", 1, 0)));
}

/* The beginning of /proc/PID/FILE, "" if it does not exist. */
void read_of(const char *pid, const char *file, char *text, size_t size)
{
	char path[300];
	snprintf(path, sizeof path, "/proc/%s/%s", pid, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, size - 1);
	text[length < 0 ? 0 : length] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Whether the target of /proc/PID/LINK has `secret` in it, or above it. */
static int shows(const char *pid, const char *link, const char *secret)
{
	char path[8192];
	snprintf(path, sizeof path, "/proc/%s/%s/../../../../../../../../../..%s", pid, link, secret);
	return access(path, R_OK) == 0;
}

static int shows_anything(const char *pid, const char *secret)
{
	if (shows(pid, "root", secret) || shows(pid, "cwd", secret))
		return 1;
	for (int fd = 0; fd < 64; fd++) {
		char link[16];
		snprintf(link, sizeof link, "fd/%d", fd);
		if (shows(pid, link, secret))
			return 1;
	}
	return 0;
}

/*
 * inspect TOKEN SECRET STOP: looks at each lamina:init whose cgroups or mounts mention TOKEN, again and again, until there is a file STOP. Prints
 * "seen" when it has found one, "inspected" if the host's file SECRET is within reach through it, and finally how often it was.
 */
static void run_inspect(char **args)
{
	int seen = 0, inspected = 0;
	while (access(args[2], F_OK) != 0) {
		DIR *processes = opendir("/proc");
		if (!processes)
			die("/proc");
		for (struct dirent *entry; (entry = readdir(processes));) {
			char name[64], cgroups[8192];
			if (!isdigit((unsigned char)*entry->d_name))
				continue;
			read_of(entry->d_name, "comm", name, sizeof name);
			read_of(entry->d_name, "cgroup", cgroups, sizeof cgroups);
			if (strcmp(name, "lamina:init\n") != 0 || !strstr(cgroups, args[0]))
				continue;
			if (!seen++)
				puts("seen");
			if (shows_anything(entry->d_name, args[1]) && !inspected++)
				puts("inspected");
		}
		closedir(processes);
	}
	printf("inspected %s\n", inspected ? "some" : "none");
}

static void write_map(const char *file, unsigned id)
{
	char text[32];
	int fd = open(file, O_WRONLY | O_CLOEXEC);
	int length = snprintf(text, sizeof text, "0 %u 1", id);
	if (fd < 0 || write(fd, text, (size_t)length) != length)
		die(file);
	close(fd);
}

static void mount_both(const char *directory)
{
	printf("nested proc %s", outcome(mount("proc", directory, "proc", 0, NULL)));
	printf(", sysfs %s\n", outcome(mount("sysfs", directory, "sysfs", 0, NULL)));
	fflush(stdout);
	_exit(0);
}

/* nested DIR: in its own user namespace, with all other types, mounts a procfs and a sysfs on DIR. */
static void run_nested(char **args)
{
	unsigned uid = geteuid(), gid = getegid();
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET) != 0) {
		report_errno("nested unshare");
		return;
	}
	int deny = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
	if (deny < 0 || write(deny, "deny", 4) != 4)
		die("/proc/self/setgroups");
	close(deny);
	write_map("/proc/self/uid_map", uid);
	write_map("/proc/self/gid_map", gid);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0)
		mount_both(args[0]);
	if (child < 0 || waitpid(child, NULL, 0) != child)
		die("fork");
}

/*
 * speak-for-parent KIND VALUE…: sends such messages (native/init/wire.h) over each of the parent's connected sockets, which anyone who
 * may trace it can do (pidfd_getfd(2)).
 */
static void run_speak_for_parent(char **args)
{
	int parent = (int)syscall(SYS_pidfd_open, getppid(), 0), said = 0;
	if (parent < 0)
		die("pidfd_open");
	for (int fd = 3; fd < 64; fd++) {
		int own = (int)syscall(SYS_pidfd_getfd, parent, fd, 0), listens = 1;
		socklen_t size = sizeof listens;
		if (own < 0 || getsockopt(own, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || listens)
			continue;
		for (int i = 0; args[i] && args[i + 1]; i += 2) {
			uint32_t message[3] = { (uint32_t)number_or_die(args[i], 255), 0, (uint32_t)number_or_die(args[i + 1], 0x7fffffff) };
			said += send(own, message, sizeof message, MSG_NOSIGNAL) == sizeof message;
		}
	}
	printf("speak-for-parent %s\n", said ? "ok" : "nowhere");
}

/* leave-group: moves into the process group of a child, which stays. Killing this process's own group then kills nobody. */
static void run_leave_group(char **args)
{
	(void)args;
	int ready[2];
	char byte;
	if (pipe(ready) != 0)
		die("pipe");
	pid_t child = fork();
	if (child == 0) {
		setpgid(0, 0);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (child < 0 || read(ready[0], &byte, 1) != 0 || setpgid(0, child) != 0)
		die("setpgid");
}

/* use-memory MIB: how a child ends that writes to so much memory. */
static void run_use_memory(char **args)
{
	size_t size = (size_t)number_or_die(args[0], 1 << 20) << 20;
	fflush(stdout);
	pid_t child = fork();
	int status;
	if (child == 0) {
		char *memory = malloc(size);
		if (!memory)
			_exit(1);
		memset(memory, 1, size);
		_exit(((volatile char *)memory)[size / 2] - 1);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		die("fork");
	print_end("use-memory", status);
	fflush(stdout);
}

const struct command attack_commands[] = {
	{ "change", 1, run_change },
	{ "change-fd", 1, run_change_fd },
	{ "inspect", 3, run_inspect },
	{ "nested", 1, run_nested },
	{ "leave-group", 0, run_leave_group },
	{ "use-memory", 1, run_use_memory },
	{ "speak-for-parent", REST, run_speak_for_parent },
	{ NULL, 0, NULL },
};
