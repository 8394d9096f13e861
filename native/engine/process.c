/* The process: system calls, what it was started with, and its end. */
#include "engine.h"
#include "heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct process process;

/*
 * Whether a call that a signal interrupted may be made again. close(2) has closed the descriptor, connect(2) goes on by
 * itself, and a sleep would begin anew. The kernel itself takes the time that has passed off the timeout of ppoll(2).
 */
static bool
is_repeatable(long number)
{
	return number != SYS_close && number != SYS_connect && number != SYS_nanosleep && number != SYS_clock_nanosleep;
}

static JSValue
make_call(JSContext *ctx, int count, JSValueConst *arguments, bool repeat)
{
	uintptr_t words[SYSCALL_ARGUMENTS] = {0};
	struct loan loan = {.count = 0};
	int64_t number;
	long result;

	if (!require_count(ctx, count, 1, 1 + SYSCALL_ARGUMENTS) || !take_between(ctx, arguments[0], 0, INT32_MAX, &number))
		return JS_EXCEPTION;
	for (int i = 1; i < count; i++) {
		if (!take_word(ctx, arguments[i], &loan, &words[i - 1])) {
			return_loan(ctx, &loan);
			return JS_EXCEPTION;
		}
	}
	do
		result = syscall(number, words[0], words[1], words[2], words[3], words[4], words[5]);
	while (result == -1 && errno == EINTR && repeat && is_repeatable(number));
	if (result == -1)
		result = -errno;
	return_loan(ctx, &loan);
	return new_integer(ctx, result);
}

/* syscall(number, ...words): the result, or minus errno. Repeats what a signal interrupted. */
JSValue
host_syscall(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	(void)this_value;
	return make_call(ctx, count, arguments, true);
}

/* syscallOnce(number, ...words): as syscall, but -EINTR comes back. */
JSValue
host_syscall_once(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	(void)this_value;
	return make_call(ctx, count, arguments, false);
}

static JSValue
new_texts(JSContext *ctx, char **texts)
{
	JSValue list = JS_NewArray(ctx);

	for (uint32_t i = 0; texts[i] != NULL && !JS_IsException(list); i++) {
		JSValue text = new_text(ctx, (const uint8_t *)texts[i], strlen(texts[i]));

		if (JS_IsException(text) || JS_SetPropertyUint32(ctx, list, i, text) < 0) {
			JS_FreeValue(ctx, list);
			list = JS_EXCEPTION;
		}
	}
	return list;
}

/*
 * fork(): the child's pid, 0 in the child, or minus errno. There is one thread, so the child has all of the process as it
 * was; nothing is buffered that would be written twice.
 */
JSValue
host_fork(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	pid_t pid;

	(void)this_value, (void)arguments;
	if (!require_count(ctx, count, 0, 0))
		return JS_EXCEPTION;
	pid = fork();
	return JS_NewInt32(ctx, pid < 0 ? -errno : pid);
}

/* What sharedMemory made: it ends with its last view, and keeps its size, which `opaque` is. */
static void *
resize_shared(JSRuntime *runtime, void *opaque, void *memory, size_t size)
{
	(void)runtime;
	if (size == 0)
		munmap(memory, (size_t)(uintptr_t)opaque);
	return NULL;
}

/* sharedMemory(size): Uint8Array of zeros. A child made by fork() has the very same memory and no copy of it. */
JSValue
host_shared_memory(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	int64_t size;
	void *memory;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1) || !take_between(ctx, arguments[0], 1, INT32_MAX, &size))
		return JS_EXCEPTION;
	memory = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return JS_ThrowOutOfMemory(ctx);
	return JS_NewUint8Array(ctx, memory, (size_t)size, resize_shared, (void *)(uintptr_t)size, false);
}

/* programArguments(): string[], without the name of the program. */
JSValue
host_arguments(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	(void)this_value, (void)arguments;
	if (!require_count(ctx, count, 0, 0))
		return JS_EXCEPTION;
	return new_texts(ctx, process.argv + (process.argc > 0 ? 1 : 0));
}

/* environment(): string[], as execve(2) gave it to us: "NAME=value" mostly, in its order, duplicates and oddities kept. */
JSValue
host_environment(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	(void)this_value, (void)arguments;
	if (!require_count(ctx, count, 0, 0))
		return JS_EXCEPTION;
	return new_texts(ctx, environ);
}

/* environmentVariable(name): string, or null without one of that name. */
JSValue
host_environment_variable(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct loan loan = {.count = 0};
	const char *name, *value;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1))
		return JS_EXCEPTION;
	if (!lend_string(ctx, arguments[0], "a name", &loan, &name))
		return JS_EXCEPTION;
	value = strchr(name, '=') == NULL ? getenv(name) : NULL;
	return_loan(ctx, &loan);
	return value == NULL ? JS_NULL : new_text(ctx, (const uint8_t *)value, strlen(value));
}

/* exit(status): never returns. Nothing is flushed, since nothing is buffered. */
JSValue
host_exit(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	int64_t status;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1) || !take_between(ctx, arguments[0], 0, 255, &status))
		return JS_EXCEPTION;
	_exit(end_rehearsal() < 0 ? 1 : (int)status);
}
