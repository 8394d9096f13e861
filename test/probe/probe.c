/*
 * probe COMMAND [ARGUMENT...] COMMAND …: runs the sub-commands one after the other.
 *
 * A call that fails inside a container is a result, not a failure: its errno is printed and the next sub-command runs. The
 * exit status is 0, or what `exit` asks for, or 64 for unknown words, or 70 if the probe cannot look at all.
 */
#include "probe.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* clang-format off */
#define ROW(name) { name, #name }
static const struct { int number; const char *name; } errnos[] = {
	ROW(EPERM), ROW(ENOENT), ROW(ESRCH), ROW(EINTR), ROW(EIO), ROW(ENXIO), ROW(E2BIG), ROW(ENOEXEC), ROW(EBADF), ROW(ECHILD),
	ROW(EAGAIN), ROW(ENOMEM), ROW(EACCES), ROW(EFAULT), ROW(ENOTBLK), ROW(EBUSY), ROW(EEXIST), ROW(EXDEV), ROW(ENODEV),
	ROW(ENOTDIR), ROW(EISDIR), ROW(EINVAL), ROW(ENFILE), ROW(EMFILE), ROW(ENOTTY), ROW(ETXTBSY), ROW(EFBIG), ROW(ENOSPC),
	ROW(ESPIPE), ROW(EROFS), ROW(EMLINK), ROW(EPIPE), ROW(ERANGE), ROW(ENAMETOOLONG), ROW(ENOSYS), ROW(ENOTEMPTY), ROW(ELOOP),
	ROW(EOVERFLOW), ROW(EOPNOTSUPP), ROW(ESTALE), ROW(EDQUOT), ROW(ENODATA), ROW(ENOKEY),
};

static const struct { int number; const char *name; } signals[] = {
	{ SIGHUP, "HUP" }, { SIGINT, "INT" }, { SIGQUIT, "QUIT" }, { SIGILL, "ILL" }, { SIGTRAP, "TRAP" }, { SIGABRT, "ABRT" },
	{ SIGBUS, "BUS" }, { SIGFPE, "FPE" }, { SIGKILL, "KILL" }, { SIGUSR1, "USR1" }, { SIGSEGV, "SEGV" }, { SIGUSR2, "USR2" },
	{ SIGPIPE, "PIPE" }, { SIGALRM, "ALRM" }, { SIGTERM, "TERM" }, { SIGCHLD, "CHLD" }, { SIGCONT, "CONT" }, { SIGSTOP, "STOP" },
	{ SIGTSTP, "TSTP" }, { SIGTTIN, "TTIN" }, { SIGTTOU, "TTOU" }, { SIGURG, "URG" }, { SIGXCPU, "XCPU" }, { SIGXFSZ, "XFSZ" },
	{ SIGVTALRM, "VTALRM" }, { SIGPROF, "PROF" }, { SIGWINCH, "WINCH" }, { SIGIO, "IO" }, { SIGPWR, "PWR" }, { SIGSYS, "SYS" },
};
/* clang-format on */

const char *errno_name(int number)
{
	static char other[24];
	for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++)
		if (errnos[i].number == number)
			return errnos[i].name;
	snprintf(other, sizeof other, "errno-%d", number);
	return other;
}

const char *signal_name(int number)
{
	static char other[24];
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (signals[i].number == number)
			return signals[i].name;
	snprintf(other, sizeof other, "signal-%d", number);
	return other;
}

int signal_number(const char *name)
{
	if (isdigit((unsigned char)*name))
		return (int)number_or_die(name, 64);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (strcmp(signals[i].name, name) == 0)
			return signals[i].number;
	return 0;
}

void report_errno(const char *label)
{
	printf("%s %s\n", label, errno_name(errno));
}

void print_end(const char *who, int status)
{
	if (WIFSIGNALED(status))
		printf("%s killed by %s\n", who, signal_name(WTERMSIG(status)));
	else
		printf("%s exited %d\n", who, WEXITSTATUS(status));
}

void print_escaped(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		if (byte == '\n')
			fputs("\\n", stdout);
		else if (byte == '\t')
			fputs("\\t", stdout);
		else if (byte == '\\')
			fputs("\\\\", stdout);
		else if (byte < 0x20 || byte > 0x7e)
			printf("\\x%02x", byte);
		else
			putchar(byte);
	}
}

void die(const char *what)
{
	int number = errno;
	fflush(stdout);
	fprintf(stderr, "probe: %s: %s\n", what, errno_name(number));
	exit(EXIT_PROBE);
}

FILE *open_or_die(const char *path)
{
	FILE *file = fopen(path, "re");
	if (!file)
		die(path);
	return file;
}

long number_or_die(const char *text, long most)
{
	char *end;
	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno || end == text || *end || value < 0 || value > most) {
		fprintf(stderr, "probe: %s is not a number between 0 and %ld\n", text, most);
		exit(EXIT_USAGE);
	}
	return value;
}

static const struct command *find_command(const char *name)
{
	const struct command *const tables[] = { process_commands, scheduling_commands, network_commands, file_commands, mount_commands, outside_commands, terminal_commands,
		attack_commands, seize_commands, key_commands, filter_commands, notify_commands };
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (const struct command *command = tables[t]; command->name; command++)
			if (strcmp(command->name, name) == 0)
				return command;
	return NULL;
}

static void reject(const char *problem, const char *word)
{
	fflush(stdout);
	fprintf(stderr, "probe: %s %s\n", problem, word);
	exit(EXIT_USAGE);
}

int main(int argc, char **argv)
{
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	for (int i = 1; i < argc;) {
		const struct command *command = find_command(argv[i]);
		if (!command)
			reject("unknown command", argv[i]);
		int left = argc - i - 1;
		if (command->arity > left)
			reject("too few arguments for", argv[i]);
		command->run(argv + i + 1);
		i += 1 + (command->arity == REST ? left : command->arity);
	}
	return fflush(stdout) == 0 ? 0 : EXIT_PROBE;
}
