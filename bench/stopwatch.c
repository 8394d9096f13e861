/*
 * stopwatch SCRIPT WORKERS: runs command lines and reports the cost of each. bench/stopwatch.ts compiles and drives it.
 * stopwatch-script.h defines the format of a script.
 *
 * Each worker takes the next free sequence and runs its steps one after the other. The first failed step ends everything;
 * SIGTERM lets current commands finish, and kills them after some seconds. On success, stdout gets "NANOSECONDS STATUS
 * MAXRSS_KIB" for each run and try in script order, then "wall NANOSECONDS". On failure, stderr says which command failed
 * and what it printed, and the exit status is 1.
 *
 * Why not from Bun: a child's ru_maxrss starts at the resident size of the process that forked it, and a parent with
 * threads and a garbage collector adds noise as large as the differences to be measured.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stopwatch-script.h"

enum { TIMEOUT_SECONDS = 60, GRACE_SECONDS = 5, SOFT_NOFILE = 1024, MAX_WORKERS = 64 };

struct result {
	long long nanoseconds;
	int status;
	long maxrss;
};

/* Shared by the workers. */
struct board {
	atomic_int next_sequence;
	atomic_bool stop;
	struct result results[]; /* one per step of the script */
};

/* The process that "watch" found and "await" waits for. */
struct watched {
	pid_t pid;
	int fd;
};

extern char **environ;

static struct board *board;
static struct script script;
static int report_fd = 2;
static volatile sig_atomic_t alarm_rang;

static bool
complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vdprintf(report_fd, format, args);
	va_end(args);
	return false;
}

static void
on_signal(int number)
{
	if (number == SIGALRM)
		alarm_rang = 1;
	else
		board->stop = true;
}

static long long
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Repeats every second, so that an alarm just before a call that it should interrupt is not lost. */
static void
set_alarm(int seconds)
{
	struct itimerval timer = { .it_value = { .tv_sec = seconds }, .it_interval = { .tv_sec = 1 } };

	alarm_rang = 0;
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* Includes what the failed command wrote to its stderr, which is a memfd. */
static bool
command_failed(const struct step *step, const char *what, int number)
{
	char text[4096];
	ssize_t length = pread(2, text, sizeof(text), 0);

	complain("cannot complete `");
	for (char **word = step->words + 1; *word; word++)
		complain(word[1] ? "%s " : "%s", *word);
	complain("`: %s %d%s%.*s", what, number, length > 0 ? ": " : "\n", length > 0 ? (int)length : 0, text);
	return false;
}

static bool
run_command(const struct step *step, struct result *result)
{
	struct rusage usage = { 0 };
	int wait_status = 0;
	pid_t pid;

	if (ftruncate(2, 0) < 0 || lseek(2, 0, SEEK_SET) < 0)
		return complain("cannot empty the captured stderr: %s", strerror(errno));
	set_alarm(TIMEOUT_SECONDS);

	long long start = now();
	int error = posix_spawn(&pid, step->words[1], NULL, NULL, step->words + 1, environ);
	while (!error && wait4(pid, &wait_status, 0, &usage) < 0)
		if (alarm_rang)
			kill(pid, SIGKILL);
		else if (board->stop)
			set_alarm(GRACE_SECONDS);
	result->nanoseconds = now() - start;

	set_alarm(0);
	if (error)
		return command_failed(step, strerror(error), error);
	if (alarm_rang && strcmp(step->words[0], "try") != 0)
		return command_failed(step, "killed after a number of seconds:", TIMEOUT_SECONDS);
	result->status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	result->maxrss = usage.ru_maxrss;
	return result->status == 0 || strcmp(step->words[0], "try") == 0 || command_failed(step, "exit status", result->status);
}

static bool
watch(const char *file, struct watched *watched)
{
	FILE *stream = fopen(file, "re");
	int pid = 0;

	if (!stream || fscanf(stream, "%d", &pid) != 1 || pid <= 0)
		return complain("cannot read a process id from %s", file);
	fclose(stream);
	watched->pid = pid;
	watched->fd = (int)syscall(SYS_pidfd_open, pid, 0);
	return watched->fd >= 0 || complain("cannot open a pidfd of process %d: %s", pid, strerror(errno));
}

static bool
await_end(struct watched *watched)
{
	struct pollfd ended = { .fd = watched->fd, .events = POLLIN };
	long long deadline = now() + TIMEOUT_SECONDS * 1000000000LL;
	int ready;

	do
		ready = poll(&ended, 1, 1000);
	while (ready != 1 && !board->stop && now() < deadline);
	if (ready != 1)
		return complain("cannot wait for process %d: it has not ended after %d seconds", watched->pid, TIMEOUT_SECONDS);
	waitpid(watched->pid, NULL, WNOHANG); /* our child if its runtime is gone: this process is a subreaper */
	close(watched->fd);
	return true;
}

static bool
run_step(int index, struct watched *watched)
{
	const struct step *step = &script.steps[index];

	if (step->is_command)
		return run_command(step, &board->results[index]);
	if (strcmp(step->words[0], "watch") == 0)
		return watch(step->words[1], watched);
	if (strcmp(step->words[0], "await") == 0)
		return await_end(watched);
	if (strcmp(step->words[0], "pause") == 0)
		poll(NULL, 0, atoi(step->words[1])); /* shorter after a signal, which ends the run anyway */
	return true;
}

/* A container's stdin and stdout are /dev/null, its stderr is a memfd that is only shown after a failure. */
static bool
redirect_stdio(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int captured = memfd_create("stderr", MFD_CLOEXEC);

	report_fd = fcntl(2, F_DUPFD_CLOEXEC, 3);
	return null >= 0 && captured >= 0 && report_fd >= 0 && dup2(null, 0) == 0 && dup2(null, 1) == 1 && dup2(captured, 2) == 2;
}

static int
work(void)
{
	struct watched watched = { .fd = -1 };
	int sequence;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!redirect_stdio())
		return 1;
	while (!board->stop && (sequence = board->next_sequence++) < script.sequence_count) {
		for (int i = script.sequence_starts[sequence]; i < script.sequence_starts[sequence + 1]; i++) {
			if (board->stop)
				return 0;
			if (!run_step(i, &watched)) {
				board->stop = true;
				return 1;
			}
		}
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
	}
	return 0;
}

/* Passes SIGTERM on to the workers, so that they stop waiting. */
static bool
run_workers(int workers)
{
	pid_t pids[MAX_WORKERS];
	int failed = 0;

	for (int i = 0; i < workers; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			_exit(work());
		if (pids[i] < 0)
			return complain("cannot fork: %s", strerror(errno));
	}
	for (int running = workers, status; running > 0;) {
		pid_t ended = wait(&status);
		if (ended < 0 && errno != EINTR)
			return complain("cannot wait for the workers: %s", strerror(errno));
		if (ended > 0) {
			running--;
			failed |= status;
		}
		for (int i = 0; i < workers; i++) {
			if (pids[i] == ended)
				pids[i] = 0;
			if (pids[i] > 0 && ended < 0)
				kill(pids[i], SIGTERM);
		}
	}
	return failed == 0;
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal }; /* without SA_RESTART: an alarm interrupts wait4 */
	struct rlimit files;
	int workers = argc == 3 ? atoi(argv[2]) : 0;

	if (workers < 1 || workers > MAX_WORKERS || !read_script(argv[1], &script))
		return complain("usage: stopwatch SCRIPT WORKERS") + 2;
	board = mmap(NULL, sizeof(*board) + (size_t)script.step_count * sizeof(struct result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (board == MAP_FAILED)
		return complain("cannot map %d results: %s", script.step_count, strerror(errno)) + 1;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	setpgid(0, 0); /* ^C at the terminal only reaches the parent, which then sends SIGTERM */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur > SOFT_NOFILE) {
		files.rlim_cur = SOFT_NOFILE; /* a login shell's; Bun has raised it */
		setrlimit(RLIMIT_NOFILE, &files);
	}

	long long start = now();
	bool succeeded = run_workers(workers);
	long long wall = now() - start;

	if (!succeeded || board->stop)
		return 1;
	for (int i = 0; i < script.step_count; i++)
		if (script.steps[i].is_command)
			printf("%lld %d %ld\n", board->results[i].nanoseconds, board->results[i].status, board->results[i].maxrss);
	printf("wall %lld\n", wall);
	return 0;
}
