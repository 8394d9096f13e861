/*
 * Runs a hook in the container's namespaces and waits for it. The hook gets the state on its standard input; what it
 * prints goes nowhere, for the standard output and error here are the container's. A hook that fails gives an errno
 * above those of the kernel: HOOK_EXITED + status or HOOK_KILLED + signal.
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

struct hook {
	const char *path;
	const char **args, **env;
	uint32_t timeout;
	const char *state_head, *state_tail;
};

/* A file, not a pipe: a hook may exit without reading, and a state may be larger than a pipe. */
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

/* In the child. What cannot be executed is reported through a pipe that closes when it can. */
static void
become_hook(const struct hook *hook, int input, int report)
{
	int error;

	if (setpgid(0, 0) == 0 && dup2(input, 0) == 0 && dup2(self.null, 1) == 1 && dup2(self.null, 2) == 2 && close_on_exec(3) == 0)
		execve(hook->path, (char *const *)hook->args, (char *const *)hook->env);
	error = errno;
	_exit(write(report, &error, sizeof error) == sizeof error ? 127 : 126);
}

/* Waits for `pid` to exit, and kills it when its time is over; 0 if it says that it did well. */
static int
wait_for(pid_t pid, int pidfd, uint32_t seconds)
{
	struct pollfd exited = {.fd = pidfd, .events = POLLIN};
	struct timespec left = {.tv_sec = seconds};
	long ready;
	int status = 0;

	do /* the call itself, not the library's: it leaves in `left` what remains */
		ready = syscall(SYS_ppoll, &exited, 1, seconds == 0 ? NULL : &left, NULL, 0);
	while (ready < 0 && errno == EINTR);
	if (ready != 1)
		kill(-pid, SIGKILL); /* with the children that it started */
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (ready == 1 && status == 0)
		return 0;
	errno = ready == 0 ? ETIMEDOUT : WIFEXITED(status) ? HOOK_EXITED + WEXITSTATUS(status) : HOOK_KILLED + WTERMSIG(status);
	return -1;
}

static int
run_with(const struct hook *hook, int input, const int report[2])
{
	int pidfd, error, result;
	struct clone_arguments args = {.flags = CLONE_PIDFD, .pidfd = (uintptr_t)&pidfd, .exit_signal = SIGCHLD};
	long pid = syscall(SYS_clone3, &args, sizeof args);

	if (pid == 0)
		become_hook(hook, input, report[1]);
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

int
do_run_hook(struct cursor *f)
{
	struct hook hook = {.path = take_str(f)};
	int input, result = -1, report[2];

	hook.args = take_strs(f, 0);
	hook.env = take_strs(f, 0);
	hook.timeout = take_u32(f);
	hook.state_head = take_str(f);
	hook.state_tail = take_str(f);
	input = f->bad ? bad_plan() : state_file(&hook);
	if (input < 0)
		return -1;
	if (pipe2(report, O_CLOEXEC) == 0)
		result = closing(report[0], run_with(&hook, input, report));
	return closing(input, result);
}
