/*
 * The root as a FUSE file system. Its server is a program on the host: in the container's mount namespace it would keep that
 * alive; in its cgroups it would block their removal, and be killed when the container exceeds its memory limit. So it is
 * forked before init enters anything, and nothing has to be ended or undone: the mount goes with the container's mount
 * namespace, its connection to the device goes with the mount, and then the server exits by itself.
 *
 *   init                                        the child
 *   fork_server                      ─────────▶ has a socket to init, and nothing else; exits at its end of file
 *   mount_fuse: opens /dev/fuse and mounts it, both in the user namespace that will own the mount
 *   start_server: the device         ─────────▶ is its descriptor 3, as its command line says
 *                 where errors go    ─────────▶
 *                 a user namespace   ─────────▶ joins it, unless it is in it already
 *                                    ◀───────── errno, or end of file: execve succeeded
 *   makes a request of the mount, which waits until the server is ready, or has ended
 */
#include "init.h"

#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/vfs.h>

#define DEVICE_AT 3
#define PATIENCE 10 /* seconds to wait for another server to exit */

/* Sent with every descriptor that the child gets. */
struct place {
	uint32_t joins; /* whether the descriptor is a user namespace, to be joined with these ids */
	uint32_t uid, gid;
};

/* The child's next descriptor, at the lowest free number; -1 if init is gone. */
static int
receive(struct place *place)
{
	int fd;

	if (receive_with(SOCKET_AT, place, sizeof *place, &fd) < 0)
		return -1;
	if (fd < 0)
		errno = ECONNABORTED;
	return fd;
}

static int
join_user_namespace(int namespace, const struct place *place)
{
	if (namespace < 0 || setns(namespace, CLONE_NEWUSER) < 0 ||
	    syscall(SYS_setresgid, place->gid, place->gid, place->gid) < 0)
		return -1;
	return (int)syscall(SYS_setresuid, place->uid, place->uid, place->uid);
}

static void
wake(int signal_number)
{
}

/*
 * Only one server at a time writes to a layer: it holds the lock as long as it lives. The previous one may be about to exit, or
 * somebody keeps the mount namespace of an ended container alive; then this fails with EBUSY.
 */
static int
lock_layer(const char *path)
{
	struct sigaction alarm_clock = {.sa_handler = wake};
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);

	if (fd < 0 || sigaction(SIGALRM, &alarm_clock, NULL) < 0)
		return -1;
	alarm(PATIENCE);
	if (flock(fd, LOCK_EX) < 0) {
		errno = errno == EINTR ? EBUSY : errno;
		return -1;
	}
	alarm(0);
	return 0;
}

/* In the child. No terminal can interrupt it, and it outlives the reader of its errors. Returns on failure. */
static int
become_server(const char *path, const char **args, const char *lock)
{
	static char *const environment[] = {NULL};
	struct place place = {0};
	int words;

	if (receive(&place) != DEVICE_AT)
		return -1;
	words = receive(&place);
	if (words < 0 || (place.joins && join_user_namespace(receive(&place), &place) < 0))
		return -1;
	signal(SIGPIPE, SIG_IGN);
	if (dup2(words, 2) != 2 || close_on_exec(SOCKET_AT) < 0 || (lock[0] != 0 && lock_layer(lock) < 0))
		return -1;
	return execve(path, (char *const *)args, environment);
}

int
do_fork_server(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *path = take_str(f);
	const char **args = take_strs(f, 0);
	const char *lock = take_str(f);
	long pid;
	int error;

	if (f->bad)
		return bad_plan();
	pid = fork_aside(slot);
	if (pid == 0) {
		become_server(path, args, lock);
		error = errno;
		_exit(send(SOCKET_AT, &error, sizeof error, MSG_NOSIGNAL) == sizeof error ? 127 : 126);
	}
	return pid < 0 ? -1 : 0;
}

int
do_mount_fuse(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	uint32_t device = take_u32(f);
	const char *source = take_str(f);
	const char **options = take_strs(f, 0);
	int fs = f->bad ? bad_plan() : (int)syscall(SYS_fsopen, "fuse", MOUNT_CLOEXEC);
	char number[DECIMAL];

	if (fs < 0)
		return -1;
	if (fill_slot(device, open("/dev/fuse", O_RDWR | O_CLOEXEC)) < 0)
		return closing(fs, -1);
	if (sys_fsconfig(fs, CONFIGURE_STRING, "fd", decimal((uint32_t)self.slots[device], number)) < 0)
		return closing(fs, keep_words(fs));
	if (fill_slot(slot, finish_filesystem(fs, source, options, 0)) < 0)
		return closing(fs, keep_words(fs));
	return closing(fs, 0);
}

/* Passes the child all that it needs, and learns whether it has become the server. */
static int
hand_over(int server, int device, int words, int namespace)
{
	struct place place = {namespace >= 0, getuid(), getgid()};
	ssize_t got;
	int error;

	if (send_with(server, &place, sizeof place, device) < 0 || send_with(server, &place, sizeof place, words) < 0 ||
	    (namespace >= 0 && send_with(server, &place, sizeof place, namespace) < 0))
		return -1;
	do
		got = recv(server, &error, sizeof error, 0);
	while (got < 0 && errno == EINTR);
	if (got == sizeof error)
		errno = error;
	return got == 0 ? 0 : -1;
}

/* Afterwards only the server holds the device, so that when it exits the mount fails instead of hanging. */
static int
serve(uint32_t server, uint32_t device, int words, bool joins)
{
	int namespace = joins ? openat(self.proc, "self/ns/user", O_RDONLY | O_CLOEXEC) : -1;
	int result = joins && namespace < 0 ? -1 : hand_over(self.slots[server], self.slots[device], words, namespace);

	result = closing(self.slots[server], closing(self.slots[device], closing(words, closing(namespace, result))));
	self.slots[server] = self.slots[device] = -1;
	return result;
}

int
do_start_server(struct cursor *f)
{
	uint32_t server = take_u32(f);
	uint32_t device = take_u32(f);
	int mount = slot_fd(take_u32(f));
	bool joins = take_u32(f) != 0;
	int said[2];
	struct statfs fs;

	if (f->bad)
		return bad_plan();
	if (mount < 0 || slot_fd(server) < 0 || slot_fd(device) < 0 || pipe2(said, O_CLOEXEC | O_NONBLOCK) < 0)
		return -1;
	if (serve(server, device, said[1], joins) < 0)
		return closing(said[0], -1);
	if (fstatfs(mount, &fs) == 0)
		return closing(said[0], 0);
	closing(self.words, 0);
	self.words = said[0];
	return -1;
}
