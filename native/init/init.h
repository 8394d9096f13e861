/* Shared by the files of native init: its descriptors, and how it talks to the host. */
#ifndef INIT_H
#define INIT_H

#include "cursor.h"
#include "kernel.h"
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* Shared by init and its supervisor. */
struct life {
	long pid;              /* of init's latest stage, as the supervisor sees it; 0 for the first */
	struct timespec begun; /* when the program took its place; 0 before */
};

/* A mount of the plan that is kept open. */
struct kept_mount {
	const char *path; /* in the plan */
	int fd;           /* -1 once covered */
};

struct init {
	int host;             /* the handshake socket; after `start` connected, that connection */
	int start;            /* the listening start socket; -1 if there is none */
	int console;          /* where the terminal's master end goes, or -1 */
	int container;        /* for exec: the container's init, as a pidfd; or -1 */
	int container_root;   /* its root directory, or -1 */
	int proc;             /* a procfs that no image can cover: first the host's, then init's own; -1 once closed */
	int null;             /* /dev/null of the host, until closed */
	int root;             /* the container's root directory, from when it is attached until closed */
	struct kept_mount *kept; /* see path.c */
	size_t kept_count;
	int slots[SLOTS];     /* descriptors that steps pass to later steps; -1 is free */
	const char *executable;
	const char *home;     /* HOME=... to add to an environment without one, or NULL */
	bool is_foreign;      /* "/" is that of a mount namespace given by path: names may be another container's */
	bool is_filtered;     /* a filter may refuse any system call */
	uint32_t step;        /* index of the current step */
	struct life *life;    /* NULL without a supervisor */
	int words;            /* where the reason of a refusal can be read, or -1: a file system context, or the output of a server or hook;
	                         sent with the report of the failure */
};

extern struct init self; /* state.c */

#define DECLARE(code, op) int do_##op(struct cursor *f);
STEPS(DECLARE)
#undef DECLARE

/* state.c: fails with EBADMSG, which no step of a valid plan returns. */
int bad_plan(void);

/*
 * given.c: the descriptors from `base` on, -1 for those whose bit (1 << GIVEN_*) is not in the number `bits`. 0; or -1 with EBADMSG if one of
 * them is not what it should be.
 */
int take_given(int base, const char *bits, int given[GIVEN_COUNT]);

/*
 * supervisor.c: makes this process the parent of another one that goes on as init, and returns in that child; or returns in
 * this process if no supervisor is made. `args` are HEAD, NAME and CALLER. 0 or -1.
 */
int supervise(const int given[GIVEN_COUNT], char **args);

/* times.c: writes down when steps end, from here on, in memory of the host's that `fd` is; closes it. Nothing for -1. */
void map_times(int fd);

/* times.c: that the current step has ended. Leaves errno as it is. */
void note_time(bool has_failed);

/* times.c: goes on in time of the host's, if this process's clock is another one now. */
void follow_clock(void);

/* times.c: writes nothing down any more. */
void forget_times(void);

/* message.c: sends {kind, step, value}; 0 or -1. */
int tell_host(uint32_t kind, uint32_t value);

/* message.c: waits for a message of `kind`; -1 with ECONNABORTED if the host is gone. */
int await_host(uint32_t kind);

/* state.c: the descriptor in a slot; -1 with EBADF if the step that should have filled it failed. */
int slot_fd(uint32_t slot);

/* state.c: puts `fd` into a slot, closing the old one; returns a negative `fd` as the error that it is. */
int fill_slot(uint32_t slot, int fd);

/* state.c: closes the descriptor in a slot. */
void empty_slot(uint32_t slot);

/* text.c: writes all of `text` and closes `fd`, which may be an error; 0 or -1. */
int write_all(int fd, const char *text);

/* text.c: writes all of `text` to `name` in a directory; 0 or -1. */
int write_file_at(int dir, const char *name, const char *text);

/* state.c: closes `fd` unless it is negative and returns `result`, preserving errno. */
int closing(int fd, int result);

/* program.c: marks all descriptors from `first` on as close-on-exec. */
int close_on_exec(uint32_t first);

/* proc.c: reopens, or changes the mode of, what an O_PATH descriptor refers to. */
int reopen(int fd, int flags);
int chmod_opened(int fd, mode_t mode);

/* text.c: joins strings, the last argument being NULL; 0, or -1 with ENAMETOOLONG. */
int concat(char *to, size_t size, ...) __attribute__((sentinel));

/* text.c: reads `fd`, which may be an error, to its end and closes it. NULL on failure: EFBIG beyond `max` bytes. The caller frees it. */
char *read_text(int fd, size_t max);

/* text.c: `number` in decimal, somewhere in `buffer`. */
#define DECIMAL 12
const char *decimal(uint32_t number, char buffer[DECIMAL]);

/* message.c: sends `len` bytes and, unless it is negative, a descriptor; 0 or -1. */
int send_with(int socket, const void *data, size_t len, int fd);

/* message.c: receives `len` bytes and a descriptor, or -1 instead; returns 0, or -1 with ECONNABORTED at end of file. */
int receive_with(int socket, void *data, size_t len, int *fd);

/*
 * aside.c: forks a child that has a socket to init and nothing else of init's; init's end goes into a slot. Returns the pid, or -1;
 * or 0 in the child, where SOCKET_AT is the other end and the descriptor below it the lowest free one.
 */
#define SOCKET_AT 4
long fork_aside(uint32_t slot);

/* filesystem.c: completes a file system context and returns its mount, detached; options as in newFilesystem. */
int finish_filesystem(int fs, const char *source, const char **options, uint64_t attributes);

/* filesystem.c: keeps a context that refused something, for the kernel's message in it. Returns -1 and preserves errno. */
int keep_words(int fs);

/* filesystem.c: a new file system as a detached mount; or -1. */
int new_filesystem(const char *type, const char *source, const char **options, uint64_t attributes);

/* filesystem.c: gives the file system mounted at an open target new options; 0 or -1. */
int reconfigure(int target, const char **options);

/*
 * mount.c: a detached clone of the mount at `path`, from `path` down. In a foreign mount namespace a link to a descriptor of a process, such as
 * init's procfs, leads nowhere.
 */
int clone_source(const char *path, bool recursive, bool is_foreign);

/* proc.c: true for a procfs, and nothing in it. */
bool is_procfs_root(int fd);

/* mount.c: attaches the detached mount `fd` on the open `target` and closes both. */
int cover(int fd, int target);

/* filter.c: closes the descriptor of a listener in a child that has inherited it. */
void forget_listener(void);

/* mask.c: a detached clone of the mount of `fd`, from `fd` down; nobody can write to it, or change owner, mode or times. */
int clone_readonly(int fd, unsigned recursive);

/* path.c: makes this process's "/" the container's root. */
int use_root_of_process(void);

/* path.c: from now on `path` and everything below it is resolved from the mount `fd`, which stays open. 0 or -1 (and `fd` closed). */
int keep_mount(const char *path, int fd);

/* path.c: what follows `ancestor` in `path`, without leading slashes; NULL if `path` is not below it. */
const char *below(const char *ancestor, const char *path);

/* path.c: something covers `path`: kept mounts there and below are no longer reached by their paths, and are closed. */
void forget_mounts(const char *path);

/* path.c: true if a link in the image has led to the root itself, where a mount would be lost. */
bool is_root(int fd);

/* path.c: both return an O_PATH descriptor below the container's root, whatever links the image contains. */
int open_in_root(const char *path, uint64_t resolve);
int ensure_in_root(const char *path, bool directory, uint32_t guard);

/* Opens the parent directory of `path`, creating what is missing; `*name` is set to the last component. */
int ensure_parent(const char *path, const char **name);

#endif
