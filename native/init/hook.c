/*
 * Runs a hook in the container's namespaces and waits for it. The hook gets the state on its standard input; its output is
 * kept for the error report, because standard output and error are the container's here. A failed hook yields an errno
 * beyond the kernel's: HOOK_EXITED + status or HOOK_KILLED + signal.
 */
#include "init.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#define HOOK_EXITED 4096
#define HOOK_KILLED 8192
#define OUTPUT_MAX 16384 /* bytes of each stream that are reported */

struct hook {
	const char *path;
	const char **args, **env;
	uint32_t timeout;
	const char *state_head, *state_tail;
	int streams[3];
};

/* A file, not a pipe: a hook may exit without reading, and the state may be larger than a pipe's buffer. */
static int
state_file(const struct hook *hook)
{
	int fd = memfd_create("state", MFD_CLOEXEC);
	char number[DECIMAL];
	const char *pid = decimal((uint32_t)getpid(), number);
	struct iovec parts[] = {
	    {(char *)hook->state_head, strlen(hook->state_head)},
	    {(char *)pid, strlen(pid)},
	    {(char *)hook->state_tail, strlen(hook->state_tail)},
	};
	size_t len = parts[0].iov_len + parts[1].iov_len + parts[2].iov_len;

	if (fd < 0 || writev(fd, parts, 3) != (ssize_t)len || lseek(fd, 0, SEEK_SET) < 0)
		return closing(fd, -1);
	return fd;
}

/* In the child. A failed execve is reported through a pipe that closes on success. */
static void
become_hook(const struct hook *hook, int report)
{
	const int *from = hook->streams;
	int error;

	if (setpgid(0, 0) == 0 && dup2(from[0], 0) == 0 && dup2(from[1], 1) == 1 && dup2(from[2], 2) == 2 && close_on_exec(3) == 0)
		execve(hook->path, (char *const *)hook->args, (char *const *)hook->env);
	error = errno;
	_exit(write(report, &error, sizeof error) == sizeof error ? 127 : 126);
}

/* Waits for `pid` to exit, and kills it on timeout; 0 if it succeeded. */
static int
wait_for(pid_t pid, int pidfd, uint32_t seconds)
{
	struct pollfd exited = {.fd = pidfd, .events = POLLIN};
	struct timespec left = {.tv_sec = seconds};
	long ready;
	int status = 0;

	do /* the bare system call: it updates `left` to the time that remains */
		ready = syscall(SYS_ppoll, &exited, 1, seconds == 0 ? NULL : &left, NULL, 0);
	while (ready < 0 && errno == EINTR);
	if (ready != 1) { /* together with its children, and itself too, as it may have left its process group */
		kill(-pid, SIGKILL);
		kill(pid, SIGKILL);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (ready == 1 && status == 0)
		return 0;
	errno = ready == 0 ? ETIMEDOUT : WIFEXITED(status) ? HOOK_EXITED + WEXITSTATUS(status) : HOOK_KILLED + WTERMSIG(status);
	return -1;
}

static int
run_and_wait(const struct hook *hook, const int report[2])
{
	int pidfd, error, result;
	struct clone_arguments args = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &args, sizeof args);

	if (pid == 0)
		become_hook(hook, report[1]);
	close(report[1]);
	if (pid < 0)
		return -1;
	result = wait_for((pid_t)pid, pidfd, hook->timeout);
	close(pidfd);
	if (result == 0 || read(report[0], &error, sizeof error) != sizeof error)
		return result;
	errno = error;
	return -1;
}

/* Appends what a stream holds, as far as it is reported, after the stream's name. */
static int
copy_output(int to, const char *name, int from)
{
	static char text[OUTPUT_MAX]; /* untouched pages of it cost nothing */
	ssize_t len = pread(from, text, sizeof text, 0);

	return write(to, name, strlen(name)) < 0 || len < 0 || write(to, text, (size_t)len) < 0 ? -1 : 0;
}

/* Sent with the report of the failure, leaving errno as it is. A pipe has room for all of it. */
static void
keep_output(const struct hook *hook)
{
	int saved = errno;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0) {
		closing(self.words, 0);
		self.words = ends[0];
		if (copy_output(ends[1], "stdout: ", hook->streams[1]) == 0)
			copy_output(ends[1], ", stderr: ", hook->streams[2]);
		close(ends[1]);
	}
	errno = saved;
}

static int
run_hook(struct hook *hook)
{
	int report[2], result;

	hook->streams[0] = state_file(hook);
	hook->streams[1] = memfd_create("stdout", MFD_CLOEXEC);
	hook->streams[2] = memfd_create("stderr", MFD_CLOEXEC);
	if (hook->streams[0] < 0 || hook->streams[1] < 0 || hook->streams[2] < 0 || pipe2(report, O_CLOEXEC) < 0)
		return -1;
	result = closing(report[0], run_and_wait(hook, report));
	if (result < 0)
		keep_output(hook);
	return result;
}

int
do_run_hook(struct cursor *f)
{
	struct hook hook = {.path = take_str(f), .streams = {-1, -1, -1}};
	bool with_home;
	size_t count = 0;
	int result;

	hook.args = take_strs(f, 0);
	hook.env = take_strs(f, 1);
	with_home = take_u32(f) != 0;
	hook.timeout = take_u32(f);
	hook.state_head = take_str(f);
	hook.state_tail = take_str(f);
	if (f->bad)
		return bad_plan();
	while (hook.env[count] != NULL)
		count++;
	hook.env[count] = with_home ? self.home : NULL;
	result = run_hook(&hook);
	for (int stream = 0; stream < 3; stream++)
		closing(hook.streams[stream], 0);
	return result;
}
