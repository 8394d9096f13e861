/*
 * The parent of a container that `run --detach` leaves behind: it waits for the container to end and records how it ended,
 * for src/state/ended-run.ts to read. It holds nothing of its caller's but the cgroup, and exits with the container.
 *
 * Called as: init BASE GIVEN HEAD NAME CALLER, with the state directory and, unless NAME is empty, another directory in which NAME is written
 * too. The sign of life only has to stay open. HEAD is the beginning of a JSON object. If orphans
 * here become children of process CALLER, that one can wait for the container itself, and no supervisor is made.
 */
#include "init.h"

#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define RECORD "exit.json"
#define RECORD_MAX 2048
#define STATE_DIRECTORY 3
#define OTHER_DIRECTORY 4
#define SIGN_OF_LIFE 5 /* a pipe: whoever waits for this process to exit holds the other end */

/* The kernel tells only orphans who adopts them: this process is one, its parent having exited. Otherwise like getppid(2). */
static pid_t
await_adoption(pid_t parent)
{
	while (getppid() == parent)
		sched_yield();
	return getppid();
}

/* True if an orphan of ours becomes a child of `process`. False if that cannot be determined. */
static bool
is_adopter(pid_t process)
{
	int answer[2];
	pid_t between, adopter = 0;
	ssize_t got;

	if (process <= 0 || pipe2(answer, O_CLOEXEC) < 0)
		return false;
	between = fork();
	if (between == 0) {
		between = getpid();
		if (fork() != 0)
			_exit(0);
		adopter = await_adoption(between);
		_exit(write(answer[1], &adopter, sizeof adopter) < 0);
	}
	close(answer[1]);
	if (between > 0)
		waitpid(between, NULL, 0);
	do
		got = read(answer[0], &adopter, sizeof adopter);
	while (got < 0 && errno == EINTR);
	close(answer[0]);
	return got == sizeof adopter && adopter == process;
}

/* Holds no pipe, terminal or file system that somebody may wait for. */
static void
let_go_of_everything(const int given[GIVEN_COUNT])
{
	static const unsigned kept[] = {GIVEN_STATE_DIRECTORY, GIVEN_OTHER_DIRECTORY, GIVEN_SIGN_OF_LIFE};

	prctl(PR_SET_NAME, "lamina:watch");
	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(self.null, fd);
	for (int i = 0; i < 3; i++) {
		if (given[kept[i]] >= 0)
			dup2(given[kept[i]], STATE_DIRECTORY + i);
		else
			close(STATE_DIRECTORY + i);
	}
	syscall(SYS_close_range, SIGN_OF_LIFE + 1, ~0u, 0);
	if (chdir("/") < 0)
		_exit(1);
}

/* Both names are ours to replace: nobody else writes to these directories under them. Atomic. */
static int
replace_at(int dir, const char *name, const char *text)
{
	char temporary[NAME_MAX + 1];
	size_t len = strlen(text);
	int fd;
	bool whole;

	if (concat(temporary, sizeof temporary, name, ".new", NULL) < 0)
		return -1;
	unlinkat(dir, temporary, 0);
	fd = openat(dir, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	whole = write(fd, text, len) == (ssize_t)len;
	if (close(fd) == 0 && whole && renameat(dir, temporary, dir, name) == 0)
		return 0;
	unlinkat(dir, temporary, 0);
	return -1;
}

/* `time` with its milliseconds, as a JSON number. */
#define SECONDS (2 * DECIMAL)
static const char *
seconds(const struct timespec *time, char buffer[SECONDS])
{
	char whole[DECIMAL], part[DECIMAL];

	concat(buffer, SECONDS, decimal((uint32_t)time->tv_sec, whole), ".",
	       decimal(1000 + (uint32_t)time->tv_nsec / 1000000, part) + 1, NULL);
	return buffer;
}

/* A deleted container has no record, and its writable layer may belong to another one by now. */
static bool
write_down(const siginfo_t *end, const char *head, const char *name)
{
	char text[RECORD_MAX], begun[SECONDS], ended[SECONDS], value[DECIMAL];
	struct timespec now;
	bool is_written;

	clock_gettime(CLOCK_REALTIME, &now);
	if (concat(text, sizeof text, head, ",\"started\":", seconds(&self.life->begun, begun), ",\"finished\":", seconds(&now, ended),
		   end->si_code == CLD_EXITED ? ",\"exited\":" : ",\"killed\":", decimal((uint32_t)end->si_status, value), "}\n", NULL) < 0)
		return false;
	is_written = replace_at(STATE_DIRECTORY, RECORD, text) == 0;
	if (!is_written && errno == ENOENT)
		return false;
	return (name[0] == 0 || replace_at(OTHER_DIRECTORY, name, text) == 0) && is_written;
}

static int
await_end(idtype_t which, pid_t pid, siginfo_t *end, int options)
{
	int result;

	do
		result = waitid(which, (id_t)pid, end, WEXITED | options);
	while (result < 0 && errno == EINTR);
	return result;
}

/*
 * All stages of init are our children, each of which exits before the next goes on. The end is recorded before the child is
 * reaped, and this process exits after that: anyone who sees neither process finds the record.
 */
static void
watch(const char *head, const char *name)
{
	siginfo_t end;
	bool is_written = true;

	while (await_end(P_ALL, 0, &end, WNOWAIT) == 0) {
		if (end.si_pid == self.life->pid && self.life->begun.tv_sec != 0)
			is_written = write_down(&end, head, name);
		await_end(P_PID, end.si_pid, &end, 0);
	}
	_exit(is_written ? 0 : 1);
}

/* The process that goes on as init does not keep the directories. */
int
supervise(const int given[GIVEN_COUNT], char **args)
{
	bool is_needed = !is_adopter(atoi(args[2]));
	pid_t first_stage = 0;

	if (is_needed) {
		self.life = mmap(NULL, sizeof *self.life, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		first_stage = self.life == MAP_FAILED ? -1 : fork();
	}
	if (first_stage > 0) {
		let_go_of_everything(given);
		watch(args[0], args[1]);
	}
	first_stage = closing(given[GIVEN_SIGN_OF_LIFE], first_stage);
	if (closing(given[GIVEN_STATE_DIRECTORY], closing(given[GIVEN_OTHER_DIRECTORY], first_stage)) < 0)
		return -1;
	return is_needed ? tell_host(MESSAGE_SUPERVISED, (uint32_t)getpid()) : 0;
}
