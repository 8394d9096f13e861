/* Sub-commands that look at the process itself: credentials, limits, signals, namespaces, terminal, scheduling. */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

/* Prints the lines of `path` whose key (up to the colon) is in `keys`, with white space collapsed to single spaces. */
static void print_fields(const char *path, const char *const *keys)
{
	FILE *file = open_or_die(path);
	char line[8192];
	while (fgets(line, sizeof line, file)) {
		char *rest = strchr(line, ':');
		if (!rest)
			continue;
		*rest++ = '\0';
		for (size_t k = 0; keys[k]; k++) {
			if (strcmp(keys[k], line) != 0)
				continue;
			fputs(line, stdout);
			for (char *word = strtok(rest, " \t\n"); word; word = strtok(NULL, " \t\n"))
				printf(" %s", word);
			putchar('\n');
		}
	}
	fclose(file);
}

static void run_status(char **args)
{
	(void)args;
	static const char *const keys[] = { "Uid", "Gid", "Groups", "Umask", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb",
		"NoNewPrivs", "Seccomp", NULL };
	print_fields("/proc/self/status", keys);
}

static void run_signals(char **args)
{
	(void)args;
	static const char *const keys[] = { "SigBlk", "SigIgn", "SigCgt", NULL };
	print_fields("/proc/self/status", keys);
}

static void print_limit(const char *name, rlim_t value)
{
	if (value == RLIM_INFINITY)
		printf("%s unlimited", name);
	else
		printf("%s %llu", name, (unsigned long long)value);
}

static const struct {
	int resource;
	const char *name;
} limits[] = { { RLIMIT_AS, "AS" }, { RLIMIT_CORE, "CORE" }, { RLIMIT_CPU, "CPU" }, { RLIMIT_DATA, "DATA" },
	{ RLIMIT_FSIZE, "FSIZE" }, { RLIMIT_LOCKS, "LOCKS" }, { RLIMIT_MEMLOCK, "MEMLOCK" }, { RLIMIT_MSGQUEUE, "MSGQUEUE" },
	{ RLIMIT_NICE, "NICE" }, { RLIMIT_NOFILE, "NOFILE" }, { RLIMIT_NPROC, "NPROC" }, { RLIMIT_RSS, "RSS" },
	{ RLIMIT_RTPRIO, "RTPRIO" }, { RLIMIT_RTTIME, "RTTIME" }, { RLIMIT_SIGPENDING, "SIGPENDING" }, { RLIMIT_STACK, "STACK" } };
enum { LIMITS = sizeof limits / sizeof *limits };

static void print_row(int row)
{
	struct rlimit limit;
	if (getrlimit(limits[row].resource, &limit) != 0)
		die("getrlimit");
	print_limit(limits[row].name, limit.rlim_cur);
	print_limit("", limit.rlim_max);
	putchar('\n');
}

static void run_limits(char **args)
{
	(void)args;
	for (int row = 0; row < LIMITS; row++)
		print_row(row);
}

static void run_limit(char **args)
{
	for (int row = 0; row < LIMITS; row++)
		if (strcmp(limits[row].name, args[0]) == 0)
			return print_row(row);
	die("unknown limit");
}

/* ns TYPE=INODE[,TYPE=INODE...]: prints for each whether this process is in that very namespace ("given") or another ("own"). */
static void run_ns(char **args)
{
	for (char *pair = strtok(args[0], ","); pair; pair = strtok(NULL, ",")) {
		char *inode = strchr(pair, '=');
		if (!inode)
			die("ns takes TYPE=INODE pairs");
		*inode++ = '\0';
		char path[64], link[64], expected[96];
		snprintf(path, sizeof path, "/proc/self/ns/%s", pair);
		ssize_t length = readlink(path, link, sizeof link - 1);
		if (length < 0) {
			report_errno(path);
			continue;
		}
		link[length] = '\0';
		snprintf(expected, sizeof expected, "[%s]", inode);
		const char *bracket = strchr(link, '[');
		printf("ns %s %s\n", pair, bracket && strcmp(bracket, expected) == 0 ? "given" : "own");
	}
}

static void run_tty(char **args)
{
	(void)args;
	struct winsize size;
	for (int fd = 0; fd <= 2; fd++)
		printf("tty %d %s\n", fd, isatty(fd) ? "yes" : "no");
	if (ioctl(0, TIOCGWINSZ, &size) == 0)
		printf("winsize %dx%d\n", size.ws_col, size.ws_row);
	else
		report_errno("winsize");
}

static void run_session(char **args)
{
	(void)args;
	int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
	printf("session leader %s, group leader %s, pid %s, controlling terminal %s\n", getsid(0) == getpid() ? "yes" : "no",
	       getpgrp() == getpid() ? "yes" : "no", getpid() == 1 ? "1" : "other", terminal >= 0 ? "yes" : "no");
	if (terminal >= 0)
		close(terminal);
}

static void run_personality(char **args)
{
	(void)args;
	printf("personality %s\n", (personality(0xffffffff) & PER_MASK) == PER_LINUX32 ? "LINUX32" : "LINUX");
}

static void run_names(char **args)
{
	(void)args;
	struct utsname name;
	if (uname(&name) != 0)
		die("uname");
	printf("hostname %s\ndomainname %s\n", name.nodename, name.domainname);
}

static void run_exit(char **args)
{
	int status = (int)number_or_die(args[0], 255);
	exit(fflush(stdout) == 0 ? status : EXIT_PROBE);
}

static void run_kill_self(char **args)
{
	int number = signal_number(args[0]);
	if (number == 0)
		die("unknown signal");
	fflush(stdout);
	if (kill(getpid(), number) != 0)
		report_errno("kill-self");
}

/* Prints "waiting", then each signal as it arrives; TERM ends it. Blocked signals reach even a namespace's first process. */
static void run_sleep_until_signal(char **args)
{
	(void)args;
	sigset_t all;
	sigfillset(&all);
	if (sigprocmask(SIG_BLOCK, &all, NULL) != 0)
		die("sigprocmask");
	puts("waiting");
	for (;;) {
		int number = sigwaitinfo(&all, NULL);
		if (number < 0)
			continue;
		printf("signal %s\n", signal_name(number));
		if (number == SIGTERM)
			return;
	}
}

/* Leaves behind a process outside this one's session, which lives until it is killed. */
static void run_fork_orphan(char **args)
{
	(void)args;
	fflush(stdout);
	pid_t child = fork();
	if (child < 0) {
		report_errno("fork-orphan");
		return;
	}
	if (child == 0) {
		setsid();
		if (fork() != 0)
			_exit(0);
		for (;;)
			pause();
	}
	if (waitpid(child, NULL, 0) != child)
		die("waitpid");
	puts("fork-orphan ok");
}

static void run_pid(char **args)
{
	(void)args;
	printf("pid %d ppid %d\n", getpid(), getppid());
}

static void run_interfaces(char **args)
{
	(void)args;
	struct if_nameindex *all = if_nameindex();
	if (!all)
		die("if_nameindex");
	fputs("interfaces", stdout);
	for (struct if_nameindex *one = all; one->if_index; one++)
		printf(" %s", one->if_name);
	putchar('\n');
	if_freenameindex(all);
}

/* exec PATH: the result for a child that executes PATH with the single argument "true". */
static void run_exec(char **args)
{
	fflush(stdout);
	pid_t child = fork();
	int status;
	if (child == 0) {
		execl(args[0], args[0], "true", (char *)NULL);
		printf("exec %s %s\n", args[0], errno_name(errno));
		fflush(stdout);
		_exit(126);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		die("fork");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 126)
		print_end("exec", status);
}

static void run_true(char **args)
{
	(void)args;
}

const struct command process_commands[] = {
	{ "status", 0, run_status },
	{ "signals", 0, run_signals },
	{ "limits", 0, run_limits },
	{ "limit", 1, run_limit },
	{ "interfaces", 0, run_interfaces },
	{ "exec", 1, run_exec },
	{ "ns", 1, run_ns },
	{ "tty", 0, run_tty },
	{ "session", 0, run_session },
	{ "personality", 0, run_personality },
	{ "names", 0, run_names },
	{ "exit", 1, run_exit },
	{ "kill-self", 1, run_kill_self },
	{ "sleep-until-signal", 0, run_sleep_until_signal },
	{ "fork-orphan", 0, run_fork_orphan },
	{ "pid", 0, run_pid },
	{ "true", 0, run_true },
	{ NULL, 0, NULL },
};
