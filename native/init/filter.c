/* The system call filter, which may forbid whatever init does after it has loaded it. */
#include "init.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#define MODE_FILTER 2 /* SECCOMP_MODE_FILTER */
#define SET_MODE_FILTER 1u /* SECCOMP_SET_MODE_FILTER */
#define NEW_LISTENER 8u /* SECCOMP_FILTER_FLAG_NEW_LISTENER */
#define INSTRUCTION 8 /* sizeof(struct sock_filter) */
#define INSTRUCTIONS_MAX 4096 /* BPF_MAXINSNS */

/* struct sock_fprog */
struct filter_program {
	unsigned short count;
	const void *instructions;
};

#define NOT_YET (-1)
#define NEVER (-2)
#define SENT (-3)

static _Atomic int listener = NOT_YET;
static uint32_t listener_message[3];

/*
 * A thread of its own, which the filter does not apply to: sendmsg(2) in init may be just what the listener has to answer for.
 * Whoever may trace init could take the descriptor, so it is closed. A process with this thread ends when the thread has.
 */
static void *
send_listener(void *unused)
{
	int fd;

	while ((fd = atomic_load(&listener)) == NOT_YET)
		sched_yield();
	if (fd == NEVER)
		return NULL;
	if (send_with(self.host, listener_message, sizeof listener_message, fd) < 0)
		_exit(1); /* init with it, or the host would wait for the descriptor */
	close(fd);
	atomic_store(&listener, SENT);
	return NULL;
}

/* Under the filter; -1 with errno. */
static int
send_listener_here(int fd)
{
	uint32_t message[3] = {MESSAGE_LISTENER, self.step};

	return closing(fd, send_with(self.host, message, sizeof message, fd));
}

/* 0, or -1 with errno. */
static int
start_sender(void)
{
	pthread_t thread;
	int error;

	listener_message[0] = MESSAGE_LISTENER;
	listener_message[1] = self.step;
	atomic_store(&listener, NOT_YET);
	error = pthread_create(&thread, NULL, send_listener, NULL);
	if (error == 0)
		pthread_detach(thread);
	errno = error;
	return error == 0 ? 0 : -1;
}

void
forget_listener(void)
{
	int fd = atomic_load(&listener);

	if (fd >= 0)
		close(fd);
}

int
do_load_filter(struct cursor *f)
{
	uint32_t flags = take_u32(f);
	bool by_thread = take_u32(f);
	uint32_t size = take_u32(f);
	struct cursor bytes = take_slice(f, size);
	struct filter_program program = {(unsigned short)(size / INSTRUCTION), bytes.at};
	long result;

	if (bytes.bad || size == 0 || size % INSTRUCTION != 0 || size / INSTRUCTION > INSTRUCTIONS_MAX)
		return bad_plan();
	if (by_thread && start_sender() < 0)
		return -1;
	result = flags == 0 ? prctl(PR_SET_SECCOMP, MODE_FILTER, &program, 0, 0) : syscall(SYS_seccomp, SET_MODE_FILTER, flags, &program);
	if (by_thread)
		atomic_store(&listener, result < 0 ? NEVER : (int)result);
	self.is_filtered |= result >= 0;
	if (result < 0)
		return -1;
	return flags & NEW_LISTENER && !by_thread ? send_listener_here((int)result) : 0;
}
