/*
 * Pretended versions of the calls in native/ that reach the kernel (substituted by ld's --wrap). They read and write what the
 * real ones would, so that a damaged plan meets every kind of answer. Only for fuzz.c.
 */
#ifndef PRETENDED_CALLS_H
#define PRETENDED_CALLS_H

#include <dirent.h>
#include <setjmp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/vfs.h>

static jmp_buf ended;   /* where a process goes that exits, or waits forever */
static uint64_t random_state;
static bool obliging;   /* calls succeed; otherwise random numbers decide */
static uint32_t mood;   /* one in so many calls fails */
static ino_t nodes;     /* an obliging system never shows the same file twice */

static uint32_t
random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % limit;
}

static long
pretend(long success)
{
	static const int errors[] = {ENOENT, EEXIST, EINVAL, EPERM, EINTR, ENOTDIR, EAGAIN, EOPNOTSUPP};

	if (obliging || random_below(mood) != 0)
		return success;
	errno = errors[random_below(sizeof errors / sizeof *errors)];
	return -1;
}

#define PRETEND(name) \
	long __wrap_##name(void); \
	long __wrap_##name(void) { return pretend(obliging ? 0 : random_below(2) * 1000); }
#define END(name) \
	void __wrap_##name(void); \
	void __wrap_##name(void) { longjmp(ended, 1); }

PRETEND(accept4) PRETEND(alarm) PRETEND(chdir) PRETEND(chroot) PRETEND(close) PRETEND(closedir) PRETEND(execve)
PRETEND(faccessat) PRETEND(fchdir) PRETEND(fchmod) PRETEND(fchmodat) PRETEND(fchown) PRETEND(fchownat) PRETEND(fcntl) PRETEND(flock)
PRETEND(fsetxattr) PRETEND(ftruncate) PRETEND(futimens) PRETEND(getgid) PRETEND(getsockopt) PRETEND(getuid) PRETEND(ioctl) PRETEND(kill) PRETEND(lseek) PRETEND(memfd_create) PRETEND(mkdirat)
PRETEND(mknodat) PRETEND(mmap) PRETEND(munmap) PRETEND(mount) PRETEND(open) PRETEND(openat) PRETEND(personality) PRETEND(prctl)
PRETEND(sendfile) PRETEND(sendmsg) PRETEND(setdomainname) PRETEND(sethostname) PRETEND(setns) PRETEND(setpgid)
PRETEND(setfsgid) PRETEND(setfsuid) PRETEND(setsid) PRETEND(sigaction) PRETEND(signal) PRETEND(sigprocmask) PRETEND(socket)
PRETEND(clock_gettime) PRETEND(fork) PRETEND(pthread_create) PRETEND(pthread_detach) PRETEND(getppid) PRETEND(renameat) PRETEND(sched_yield) PRETEND(waitid)
PRETEND(symlinkat) PRETEND(umask) PRETEND(umount2) PRETEND(unlinkat) PRETEND(unshare) PRETEND(utimensat)
END(_exit) END(pause)

static long
fill(char *to, size_t size)
{
	size_t len = random_below((uint32_t)(size > 64 && random_below(8) != 0 ? 64 : size) + 1);

	for (size_t i = 0; i < len; i++)
		to[i] = "/.a:0\n"[random_below(6)];
	return pretend((long)len);
}

ssize_t
__wrap_read(int fd, void *to, size_t size)
{
	return obliging ? 0 : fill(to, size);
}

ssize_t
__wrap_pread(int fd, void *to, size_t size, off_t at)
{
	return obliging ? 0 : fill(to, size);
}

ssize_t
__wrap_readlinkat(int dir, const char *name, char *to, size_t size)
{
	return fill(to, size);
}

ssize_t
__wrap_fgetxattr(int fd, const char *name, void *to, size_t size)
{
	return fill(to, size);
}

ssize_t
__wrap_flistxattr(int fd, char *to, size_t size)
{
	memcpy(to, "user.a\0user.b", 14);
	return pretend(14);
}

int
__wrap_fstat(int fd, struct stat *st)
{
	static const mode_t types[] = {S_IFDIR, S_IFREG, S_IFCHR, S_IFLNK, S_IFIFO};
	static const dev_t devices[] = {DEVICE(1, 3), DEVICE(5, 2), DEVICE(8, 1)};

	memset(st, 0, sizeof *st);
	st->st_mode = types[random_below(5)] | 0755;
	st->st_rdev = devices[random_below(3)];
	st->st_size = random_below(4096);
	st->st_ino = obliging ? ++nodes : random_below(3);
	return (int)pretend(0);
}

int
__wrap_stat(const char *path, struct stat *st)
{
	return __wrap_fstat(0, st);
}

int
__wrap_fstatfs(int fd, struct statfs *fs)
{
	memset(fs, 0, sizeof *fs);
	fs->f_type = fd == self.proc ? PROCFS_MAGIC : random_below(2) ? DEVPTS_MAGIC : 1;
	return (int)pretend(0);
}

/* Any pointer will do: it is only passed back to readdir and closedir. */
DIR *
__wrap_fdopendir(int fd)
{
	return pretend(0) < 0 ? NULL : (DIR *)&self;
}

struct dirent *
__wrap_readdir(DIR *directory)
{
	static struct dirent entry = {.d_name = "entry"};

	return obliging || random_below(3) != 0 ? NULL : &entry;
}

ssize_t
__wrap_recv(int fd, void *to, size_t size, int flags)
{
	uint32_t message[3] = {random_below(8) == 0 && !obliging ? MESSAGE_FAILED : MESSAGE_GO, 0, 0};

	memcpy(to, message, size < sizeof message ? size : sizeof message);
	if (size < sizeof message) /* an errno, or end of file if execve succeeded */
		return pretend(obliging || random_below(2) ? 0 : (long)size);
	return pretend(sizeof message);
}

/* A descriptor and the data that comes with it, or not quite. */
ssize_t
__wrap_recvmsg(int fd, struct msghdr *message, int flags)
{
	struct cmsghdr *control = message->msg_control;
	int descriptor = random_below(4) != 0 ? 3 : 1000;
	uint32_t go[3] = {MESSAGE_GO, 0, 0};

	if (obliging || random_below(4) != 0)
		*control = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof descriptor), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
	else
		message->msg_controllen = 0;
	memcpy(CMSG_DATA(control), &descriptor, sizeof descriptor);
	memset(message->msg_iov->iov_base, obliging ? 0 : (int)random_below(2), message->msg_iov->iov_len);
	if (message->msg_iov->iov_len == sizeof go && (obliging || random_below(2) != 0)) /* or whoever waits for it waits forever */
		memcpy(message->msg_iov->iov_base, go, sizeof go);
	return pretend((long)message->msg_iov->iov_len);
}

ssize_t
__wrap_send(int fd, const void *from, size_t size, int flags)
{
	return pretend((long)size);
}

ssize_t
__wrap_write(int fd, const void *from, size_t size)
{
	return pretend((long)size);
}

ssize_t
__wrap_writev(int fd, const struct iovec *parts, int count)
{
	size_t size = 0;

	for (int i = 0; i < count; i++)
		size += parts[i].iov_len;
	return pretend((long)size);
}

pid_t
__wrap_waitpid(pid_t pid, int *status, int options)
{
	if (status != NULL)
		*status = obliging ? 0 : (int)random_below(65536);
	return (pid_t)pretend(pid);
}

int
__wrap_socketpair(int domain, int type, int protocol, int *fds)
{
	fds[0] = fds[1] = 1000;
	return (int)pretend(0);
}

/* Mostly as asked for, so that a child that becomes another program makes progress. */
int
__wrap_dup2(int from, int to)
{
	return (int)pretend(to);
}

int
__wrap_pipe2(int *fds, int flags)
{
	fds[0] = fds[1] = 1000;
	return (int)pretend(0);
}

/* A child that someone waits for is not us; one that takes our place is. */
long
__wrap_syscall(long number, uintptr_t first)
{
	if (number == SYS_exit)
		longjmp(ended, 1);
	if (number == SYS_clone3)
		return pretend(((const struct clone_arguments *)first)->exit_signal != 0 && (obliging || random_below(16)) ? 1 : 0);
	return pretend(number == SYS_ppoll ? 1 : 0);
}

#endif
