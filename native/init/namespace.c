/* Namespaces, the child that becomes the container, and the points where init waits for the host. */
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

int
do_open_namespace(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *path = take_str(f);

	return f->bad ? bad_plan() : fill_slot(slot, open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC));
}

int
do_join_namespace(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	uint32_t type = take_u32(f);
	bool keep = take_u32(f) != 0;
	int fd = f->bad ? bad_plan() : slot_fd(slot);

	if (fd < 0 || setns(fd, (int)type) < 0)
		return -1;
	if (!keep)
		empty_slot(slot);
	follow_clock();
	if (type != CLONE_NEWNS)
		return 0;
	self.is_foreign = true;
	return use_root_of_process();
}

/*
 * setns(2) with the descriptor of a process joins several of its namespaces, or none of them; this process enters no pid
 * namespace, only its children do.
 */
int
do_join_process(struct cursor *f)
{
	uint32_t flags = take_u32(f);

	if (f->bad)
		return bad_plan();
	self.null = closing(self.null, -1);
	if (setns(self.container, (int)flags) < 0)
		return -1;
	self.container = closing(self.container, -1);
	follow_clock();
	return flags & CLONE_NEWNS ? use_root_of_process() : 0;
}

int
do_join_root(struct cursor *f)
{
	if (fchdir(self.container_root) < 0 || chroot(".") < 0)
		return -1;
	self.container_root = closing(self.container_root, -1);
	return use_root_of_process();
}

int
do_unshare(struct cursor *f)
{
	uint32_t flags = take_u32(f);

	return f->bad ? bad_plan() : unshare((int)flags);
}

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ull
#endif

/* This thread alone: another may still be sending a listener. */
static _Noreturn void
leave(int status)
{
	for (;;)
		syscall(SYS_exit, status);
}

/*
 * The child executes the rest of the plan. CLONE_PARENT makes it a child of our parent, the runtime, so that this process
 * can exit; its pid is one of the runtime's pid namespace, which this process never left.
 */
static int
go_on_as_child(struct clone_arguments *args)
{
	int told[2];
	char byte;
	long pid;

	args->flags |= CLONE_PARENT;
	if (pipe2(told, O_CLOEXEC) < 0)
		return -1;
	pid = syscall(SYS_clone3, args, sizeof *args);
	/* So say filters that look at the flags of clone(2): ENOSYS, or EPERM like for everything that they do not know. */
	if (pid < 0 && (errno == ENOSYS || errno == EPERM) && args->cgroup == 0)
		pid = syscall(SYS_clone, args->flags, 0, 0, 0, 0);
	if (pid > 0 && self.life != NULL)
		self.life->pid = pid;
	if (pid > 0) /* the child goes on when this process exits: so the host learns of the child before it hears from it */
		leave(tell_host(MESSAGE_PID, (uint32_t)pid) == 0 ? 0 : 2);
	forget_listener();
	close(told[1]);
	if (pid == 0 && read(told[0], &byte, 1) < 0)
		pid = -1;
	follow_clock();
	return closing(told[0], (int)pid);
}

int
do_clone_child(struct cursor *f)
{
	struct clone_arguments args = {.flags = take_u32(f)};

	return f->bad ? bad_plan() : go_on_as_child(&args);
}

/* cgroups(7): any other way into a cgroup2 directory waits for all of the machine's processors. */
int
do_clone_into_cgroup(struct cursor *f)
{
	struct clone_arguments args = {.flags = take_u32(f) | CLONE_INTO_CGROUP};
	int cgroup = slot_fd(take_u32(f));

	if (f->bad || cgroup < 0)
		return f->bad ? bad_plan() : -1;
	args.cgroup = (uint64_t)cgroup;
	return go_on_as_child(&args);
}

int
do_open_cgroup(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *path = take_str(f);

	return f->bad ? bad_plan() : fill_slot(slot, open(path, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* "0" means the writer itself. */
int
do_enter_cgroup(struct cursor *f)
{
	const char *file = take_str(f);

	return f->bad ? bad_plan() : write_file_at(AT_FDCWD, file, "0");
}

/* Writes the id maps of `pid` and opens its user namespace; -1 on failure. */
static int
map_and_open(pid_t pid, const char *uid_map, const char *gid_map)
{
	char number[DECIMAL];
	int process = openat(self.proc, decimal((uint32_t)pid, number), O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (process < 0 || write_file_at(process, "uid_map", uid_map) < 0 || write_file_at(process, "gid_map", gid_map) < 0)
		return closing(process, -1);
	return closing(process, openat(process, "ns/user", O_RDONLY | O_CLOEXEC));
}

/* Waits until this process is killed, or its parent exits; keeps no socket open that somebody waits on. */
static void
stay(pid_t parent)
{
	syscall(SYS_close_range, 0, ~0u, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		pause();
	_exit(0);
}

/*
 * A user namespace needs a process until it is open: a child makes it and waits to be killed. Only before clone_child,
 * while the pids in /proc are those that we see.
 */
int
do_open_user_namespace(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *uid_map = take_str(f);
	const char *gid_map = take_str(f);
	struct clone_arguments args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
	pid_t parent = getpid();
	long pid;
	int fd, saved;

	if (f->bad)
		return bad_plan();
	pid = syscall(SYS_clone3, &args, sizeof args);
	if (pid < 0)
		return -1;
	if (pid == 0)
		stay(parent);
	fd = map_and_open((pid_t)pid, uid_map, gid_map);
	saved = errno;
	kill((pid_t)pid, SIGKILL);
	waitpid((pid_t)pid, NULL, 0);
	errno = saved;
	return fill_slot(slot, fd);
}

int
do_sync(struct cursor *f)
{
	uint32_t point = take_u32(f);

	if (f->bad)
		return bad_plan();
	return tell_host(MESSAGE_SYNC, point) < 0 ? -1 : await_host(MESSAGE_GO);
}

/* The point is for readers of the plan. */
int
do_wait_host(struct cursor *f)
{
	take_u32(f);
	return f->bad ? bad_plan() : await_host(MESSAGE_GO);
}

int
do_set_dumpable(struct cursor *f)
{
	uint32_t dumpable = take_u32(f);

	return f->bad ? bad_plan() : prctl(PR_SET_DUMPABLE, dumpable);
}

/* Waits for GO, which may bring memory for times. A filter need not allow recvmsg(2): then it is not looked at. */
static int
await_start(void)
{
	uint32_t message[3];
	int memory;

	if (self.is_filtered)
		return await_host(MESSAGE_GO);
	if (receive_with(self.host, message, sizeof message, &memory) < 0 || message[0] != MESSAGE_GO)
		return closing(memory, -1);
	map_times(memory);
	return 0;
}

/* Waits for `start`: a connection that sends GO. A connection closed before that is not a start. */
int
do_wait_start(struct cursor *f)
{
	forget_times();
	close(self.host);
	for (;;) {
		self.host = accept4(self.start, NULL, NULL, SOCK_CLOEXEC);
		if (self.host < 0 && errno != EINTR && errno != ECONNABORTED)
			return -1;
		if (self.host >= 0 && await_start() == 0)
			return close(self.start);
		close(self.host);
	}
}

/* A new network namespace has one device, the loopback, and it is down. netdevice(7) */
int
do_loopback_up(struct cursor *f)
{
	struct ifreq request = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result;

	if (fd < 0)
		return -1;
	result = ioctl(fd, SIOCGIFFLAGS, &request);
	request.ifr_flags |= IFF_UP;
	if (result == 0)
		result = ioctl(fd, SIOCSIFFLAGS, &request);
	return closing(fd, result);
}
