/* What the files of native init share: its descriptors, and how it speaks to the host. */
#ifndef INIT_H
#define INIT_H

#include "cursor.h"
#include "kernel.h"
#include "wire.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

/* What init shares with a supervisor. */
struct life {
	long pid;              /* of init's latest stage, as the supervisor sees it; 0 for the first */
	struct timespec begun; /* when the program took its place; 0 before */
};

/* A mount of the plan that is kept open. */
struct kept_mount {
	const char *path; /* in the plan */
	int fd;           /* -1: covered by now */
};

struct init {
	int host;             /* the handshake socket; after `start` connected, that connection */
	int start;            /* the listening start socket; -1 if there is none */
	int console;          /* where the terminal's master end goes */
	int proc;             /* a procfs that no image can cover: first the host's, then one of init's own; -1 once let go of */
	int null;             /* /dev/null of the host, until let go of */
	int root;             /* the container's root directory, once attached, until let go of */
	struct kept_mount *kept; /* see path.c */
	size_t kept_count;
	int slots[SLOTS];     /* descriptors that steps hand to later steps; -1 is free */
	const char *executable;
	const char *home;     /* HOME=... to add to an environment without one, or NULL */
	uint32_t step;        /* index of the step that is being carried out */
	struct life *life;    /* NULL without a supervisor */
	int words;            /* what says why something was refused, or -1: a file system context, or the output of a server or hook; it goes
	                         with the report of the failure */
};

extern struct init self;

#define DECLARE(code, op) int do_##op(struct cursor *f);
STEPS(DECLARE)
#undef DECLARE

/* Fails with EBADMSG, which no step of a sound plan gives. */
int bad_plan(void);

/*
 * supervisor.c: makes this process the parent of another one that goes on as init, and for which it returns; or does not,
 * and it returns for this one. `args` are HEAD, NAME and CALLER. 0 or -1.
 */
int supervise(int base, char **args);

/* Sends {kind, step, value}; 0 or -1. */
int tell_host(uint32_t kind, uint32_t value);

/* Waits for a message of `kind`; -1 with ECONNABORTED if the host has gone. */
int await_host(uint32_t kind);

/* The descriptor in a slot; -1 with EBADF if the step that was to fill it failed. */
int slot_fd(uint32_t slot);

/* Puts `fd` into a slot, closing what was there; passes a negative `fd` on as the error that it is. */
int fill_slot(uint32_t slot, int fd);

/* Closes what is in a slot. */
void empty_slot(uint32_t slot);

/* Writes `text` whole and closes `fd`, which may be an error; 0 or -1. */
int write_all(int fd, const char *text);

/* Writes `text` whole to `name` below a directory; 0 or -1. */
int write_file_at(int dir, const char *name, const char *text);

/* Closes `fd` unless it is negative and passes `result` on, with errno as it was. */
int closing(int fd, int result);

/* Marks all descriptors from `first` up to be closed by the next exec. */
int close_on_exec(uint32_t first);

/* proc.c: opens again, or changes the mode of, what an O_PATH descriptor names. */
int reopen(int fd, int flags);
int chmod_opened(int fd, mode_t mode);

/* text.c: joins strings, the last argument being NULL; 0, or -1 with ENAMETOOLONG. */
int concat(char *to, size_t size, ...) __attribute__((sentinel));

/* text.c: reads `fd`, which may be an error, to its end and closes it. NULL on failure: EFBIG for more than `max` bytes. To be freed. */
char *read_text(int fd, size_t max);

/* text.c: `number` in digits, somewhere in `buffer`. */
#define DECIMAL 12
const char *decimal(uint32_t number, char buffer[DECIMAL]);

/* console.c: sends `len` bytes and, unless it is negative, a descriptor; 0 or -1. */
int send_with(int socket, const void *data, size_t len, int fd);

/* aside.c: receives `len` bytes and a descriptor, or -1 in its place; 0, or -1 with ECONNABORTED at the end. */
int receive_with(int socket, void *data, size_t len, int *fd);

/*
 * aside.c: forks a child with a socket to init in a slot, and nothing of init's. Returns its pid, or -1; or 0 in the child, whose
 * SOCKET_AT is the other end, and its lowest free descriptor the one below.
 */
#define SOCKET_AT 4
long fork_aside(uint32_t slot);

/* filesystem.c: configures a file system context to its end and returns its mount, detached; options as newFilesystem has them. */
int finish_filesystem(int fs, const char *source, const char **options, uint64_t attributes);

/* filesystem.c: keeps a context that refused something, for what the kernel said there. Returns -1 with errno as it was. */
int keep_words(int fs);

/* filesystem.c: a new file system as a detached mount; or -1. */
int new_filesystem(const char *type, const char *source, const char **options, uint64_t attributes);

/* filesystem.c: gives the file system mounted at an open target other options; 0 or -1. */
int reconfigure(int target, const char **options);

/* mount.c: attaches the detached mount `fd` on the open `target` and closes both. */
int cover(int fd, int target);

/* mask.c: a detached clone of the mount that `fd` is in, from `fd` down; nobody can write to it, or change owner, mode or times. */
int clone_readonly(int fd, unsigned recursive);

/* path.c: makes the directory that the process has as "/" the container's root. */
int use_root_of_process(void);

/* path.c: from here on `path` and what is below it are found from the mount `fd`, which stays open. 0 or -1 (and `fd` closed). */
int keep_mount(const char *path, int fd);

/* path.c: what follows `ancestor` in `path`, without slashes at the beginning; NULL if `path` is elsewhere. */
const char *below(const char *ancestor, const char *path);

/* path.c: something covers `path`: kept mounts there and below are no longer what their paths lead to, and are closed. */
void forget_mounts(const char *path);

/* path.c: true if a link of the image has led to the root itself, where a mount would be lost. */
bool is_root(int fd);

/* path.c: both return an O_PATH descriptor below the container's root, whatever links the image holds. */
int open_in_root(const char *path, uint64_t resolve);
int ensure_in_root(const char *path, bool directory, uint32_t guard);

/* Opens the directory that `path` is or will be in, creating what is missing; `*name` is set to the last component. */
int ensure_parent(const char *path, const char **name);

#endif
