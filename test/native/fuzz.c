/*
 * Feeds damaged plans to the interpreter of native/init.c, in one process, under sanitizers. Nothing of what a plan
 * asks for happens: every call of native/ that reaches the kernel is replaced (ld's --wrap) by one here, and
 * fuzz.test.ts refuses to run it if one is missing.
 *
 *   fuzz truncations PLAN           every proper prefix of the plan must be refused as damaged, and the plan accepted
 *   fuzz mutations PLAN SEED COUNT  whatever the calls pretend, nothing may be read or written out of bounds
 */
#define main init_main
#include "../../native/init.c"
#undef main

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <sys/uio.h>
#include <sys/vfs.h>

#define PLAN_MAX (1 << 20)
static jmp_buf ended;   /* where a process that exits, or waits for ever, goes */
static uint64_t random_state;
static bool obliging;   /* calls succeed; otherwise they do what the random numbers say */
static uint32_t mood;   /* of so many calls one fails */

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

PRETEND(accept4) PRETEND(chdir) PRETEND(chroot) PRETEND(close) PRETEND(closedir) PRETEND(dup2) PRETEND(execve)
PRETEND(faccessat) PRETEND(fchdir) PRETEND(fchmod) PRETEND(fchmodat) PRETEND(fchown) PRETEND(fchownat) PRETEND(fcntl)
PRETEND(fsetxattr) PRETEND(futimens) PRETEND(ioctl) PRETEND(kill) PRETEND(lseek) PRETEND(memfd_create) PRETEND(mkdirat)
PRETEND(mknodat) PRETEND(mmap) PRETEND(mount) PRETEND(open) PRETEND(openat) PRETEND(personality) PRETEND(prctl)
PRETEND(sendfile) PRETEND(sendmsg) PRETEND(setdomainname) PRETEND(sethostname) PRETEND(setns) PRETEND(setpgid)
PRETEND(setfsgid) PRETEND(setfsuid) PRETEND(setsid) PRETEND(signal) PRETEND(sigprocmask) PRETEND(socket)
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

/* Any pointer will do: it only comes back to readdir and closedir. */
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
	return pretend(sizeof message);
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
__wrap_pipe2(int *fds, int flags)
{
	fds[0] = fds[1] = 1000;
	return (int)pretend(0);
}

/* A child that someone waits for is not us; one that takes our place is. */
long
__wrap_syscall(long number, uintptr_t first)
{
	if (number == SYS_clone3)
		return pretend(((const struct clone_arguments *)first)->exit_signal != 0 && (obliging || random_below(16)) ? 1 : 0);
	return pretend(number == SYS_ppoll ? 1 : 0);
}

/* Runs a copy that ends where its memory ends, so that the sanitizer sees any read beyond; 0, or its errno. */
static int
try_plan(const unsigned char *bytes, size_t len)
{
	unsigned char *copy = malloc(len);
	struct cursor plan = {copy, copy + len, false};
	volatile int error = -1; /* ended */

	memcpy(copy, bytes, len);
	self = (struct init){.host = 900, .start = 901, .console = 902, .proc = 903, .null = 904, .root = -1, .words = -1};
	for (int i = 0; i < SLOTS; i++)
		self.slots[i] = -1;
	if (setjmp(ended) == 0)
		error = run_plan(plan) == 0 ? 0 : errno;
	free(copy);
	return error;
}

static void
mutate(unsigned char *bytes, size_t *len)
{
	static const uint32_t values[] = {0, 1, 4, 63, 64, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffb, 0x40000000};
	uint32_t at = random_below((uint32_t)*len), count = random_below(64);

	switch (random_below(6)) {
	case 0:
		bytes[at] ^= (unsigned char)(1u << random_below(8));
		break;
	case 1:
		bytes[at] = (unsigned char)random_below(256);
		break;
	case 2:
		if (at + 4 <= *len)
			memcpy(bytes + at, &values[random_below(sizeof values / sizeof *values)], 4);
		break;
	case 3: /* off by a little: lengths that almost fit */
		bytes[at] = (unsigned char)(bytes[at] + random_below(9) - 4);
		break;
	case 4: /* a piece is copied over another */
		if (at + count <= *len)
			memmove(bytes + random_below((uint32_t)*len - count), bytes + at, count);
		break;
	default: /* a piece is missing */
		if (at + count < *len && *len - count > 12) {
			memmove(bytes + at, bytes + at + count, *len - at - count);
			*len -= count;
		}
	}
}

/* A wrong header alone would refuse nearly all. */
static void
repair_header(unsigned char *bytes, const unsigned char *plan, size_t size)
{
	uint32_t rest = (uint32_t)size - 12;

	memcpy(bytes, plan, 8);
	memcpy(bytes + 8, &rest, 4);
}

static int
run_truncations(const unsigned char *plan, size_t len)
{
	unsigned refused = 0;

	obliging = true;
	if (try_plan(plan, len) != 0)
		return puts("the whole plan was refused") < 0;
	for (size_t i = 0; i < len; i++)
		refused += try_plan(plan, i) == EBADMSG;
	return printf("%u of %zu refused\n", refused, len) < 0;
}

static int
run_mutations(const unsigned char *plan, size_t len, unsigned count)
{
	static unsigned char bytes[PLAN_MAX];
	unsigned refused = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t size = len;
		unsigned changes = 1 + random_below(3);

		memcpy(bytes, plan, len);
		while (changes-- > 0)
			mutate(bytes, &size);
		if (random_below(16) != 0)
			repair_header(bytes, plan, size);
		mood = 2 + random_below(64);
		refused += try_plan(bytes, size) == EBADMSG;
	}
	return printf("%u mutations, %s refused\n", count, refused == 0 ? "none" : refused == count ? "all" : "some") < 0;
}

int
main(int argc, char **argv)
{
	static unsigned char plan[PLAN_MAX];
	FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
	size_t len = file == NULL ? 0 : fread(plan, 1, sizeof plan, file);

	obliging = true;
	if (len == 0 || mount("", "", "", 0, NULL) != 0 || syscall(SYS_getpid, 0) != 0)
		return 2; /* no plan, or linked without --wrap: the plan would really be carried out */
	obliging = false;
	random_state = argc > 3 ? strtoull(argv[3], NULL, 10) * 2 + 1 : 1;
	return strcmp(argv[1], "truncations") == 0 ? run_truncations(plan, len) : run_mutations(plan, len, argc > 4 ? (unsigned)atoi(argv[4]) : 1);
}
