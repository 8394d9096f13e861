/*
 * Runs the first embedded module until no promise has anything left to do. Status 0, or 1 if something was thrown that
 * nobody caught; a program that wants another one calls exit.
 */
#include "engine.h"

#include <malloc.h> /* mallopt, where there is one */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define SMALL_STACK (256u << 10)
#define LARGE_STACK (4u << 20)
#define HEAP_START (384u << 10) /* half for the language, half for what every command loads */
#define HEAP_GROWTH (1u << 20)
#define PAGE 4096u
#define NO_COLLECTION (64u << 20) /* bytes: reference counts free everything but cycles, and short programs have few */

/*
 * The memory that every start needs, at once instead of by a page fault for each page. Nothing depends on it: kernels
 * before 5.14 refuse.
 */
static void
prepare_heap(void)
{
#if defined(__GLIBC__) && defined(MADV_POPULATE_WRITE) && !defined(__SANITIZE_ADDRESS__)
	void *first;

	mallopt(M_TOP_PAD, HEAP_GROWTH);
	first = malloc(1);
	madvise((void *)((uintptr_t)first / PAGE * PAGE), HEAP_START, MADV_POPULATE_WRITE);
	free(first);
#endif
}

/*
 * Buffers keep their size: QuickJS-ng 0.17 does not tell C how long an array is that follows the size of its buffer, and
 * memory shared between threads is of no use with one thread.
 */
static int
remove_resizing(JSContext *ctx)
{
	JSValue global = JS_GetGlobalObject(ctx);
	JSValue constructor = JS_GetPropertyStr(ctx, global, "ArrayBuffer");
	JSValue prototype = JS_GetPropertyStr(ctx, constructor, "prototype");
	JSAtom resize = JS_NewAtom(ctx, "resize"), shared = JS_NewAtom(ctx, "SharedArrayBuffer");
	int removed = JS_DeleteProperty(ctx, prototype, resize, 0) + JS_DeleteProperty(ctx, global, shared, 0);

	JS_FreeAtom(ctx, shared);
	JS_FreeAtom(ctx, resize);
	JS_FreeValue(ctx, prototype);
	JS_FreeValue(ctx, constructor);
	JS_FreeValue(ctx, global);
	return removed == 2 ? 0 : -1;
}

/* All of the language but what compiles text at run time, and what no program of ours has a use for. */
static int
add_language(JSContext *ctx)
{
	return JS_AddIntrinsicBaseObjects(ctx) || JS_AddIntrinsicDate(ctx) || JS_AddIntrinsicRegExp(ctx) || JS_AddIntrinsicJSON(ctx) ||
	               JS_AddIntrinsicMapSet(ctx) || JS_AddIntrinsicTypedArrays(ctx) || JS_AddIntrinsicPromise(ctx) ||
	               JS_AddIntrinsicWeakRef(ctx) || JS_AddIntrinsicProxy(ctx) || remove_resizing(ctx)
	           ? -1
	           : 0;
}

/* Deep recursion has to throw before the kernel ends the process, however small its stack. */
static size_t
stack_size(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit) < 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur / 2 > LARGE_STACK)
		return LARGE_STACK;
	return limit.rlim_cur / 2 < SMALL_STACK ? SMALL_STACK / 2 : limit.rlim_cur / 2;
}

static int
run(JSContext *ctx)
{
	JSValue finished = JS_LoadModule(ctx, "", entry_module());
	JSContext *failed;
	int more, status;

	if (JS_IsException(finished)) {
		report_exception(ctx);
		return 1;
	}
	while ((more = JS_ExecutePendingJob(JS_GetRuntime(ctx), &failed)) > 0)
		;
	status = more < 0 || report_rejections(ctx) ? 1 : 0;
	if (more < 0)
		report_exception(failed);
	if (status == 0 && JS_PromiseState(ctx, finished) == JS_PROMISE_PENDING) {
		report_line("Error: the program waits for something that nothing can bring about any more");
		status = 1;
	}
	JS_FreeValue(ctx, finished);
	return status;
}

int
main(int argc, char **argv)
{
	JSRuntime *runtime;
	JSContext *ctx;
	int status;

	prepare_heap();
	runtime = JS_NewRuntime();
	ctx = runtime == NULL ? NULL : JS_NewContextRaw(runtime);
	process = (struct process){argc, argv};
	if (ctx == NULL || add_language(ctx) < 0 || add_host_module(ctx) < 0) {
		report_line("Error: no memory to start with");
		return 1;
	}
	JS_SetMaxStackSize(runtime, stack_size());
	JS_SetGCThreshold(runtime, NO_COLLECTION);
	JS_SetModuleLoaderFunc(runtime, normalize_module, load_module, NULL);
	JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
	status = run(ctx);
#ifdef __SANITIZE_ADDRESS__ /* else the kernel is quicker */
	free_callbacks(ctx);
	JS_FreeContext(ctx);
	JS_FreeRuntime(runtime);
#endif
	return status;
}
