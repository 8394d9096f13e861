/*
 * Calls `main` of the first embedded module, and runs until no promise has anything left to do. Status 0, or 1 if something
 * was thrown that nobody caught; a program that wants another one calls exit. The modules are loaded before, or have been
 * when the executable was built (heap.h).
 */
#include "engine.h"
#include "heap.h"

#include <string.h>
#include <sys/resource.h>

#define SMALL_STACK (256u << 10)
#define LARGE_STACK (4u << 20)
#define PLAIN_START (384u << 10) /* half for the language, half for what every command loads */
#define SNAPSHOT_START (96u << 10) /* what a short command allocates */
#define NO_COLLECTION (64u << 20) /* bytes: reference counts free everything but cycles, and short programs have few */

/* Removes what lies at a path of names, from the global object on. */
static int
remove_property(JSContext *ctx, const char *const path[])
{
	JSValue object = JS_GetGlobalObject(ctx);
	JSAtom name;
	int removed;

	for (; path[1] != NULL; path++) {
		JSValue inner = JS_GetPropertyStr(ctx, object, path[0]);

		JS_FreeValue(ctx, object);
		object = inner;
	}
	name = JS_NewAtom(ctx, path[0]);
	removed = JS_DeleteProperty(ctx, object, name, JS_PROP_THROW);
	JS_FreeAtom(ctx, name);
	JS_FreeValue(ctx, object);
	return removed;
}

/*
 * Buffers keep their size: QuickJS-ng 0.17 does not tell C how long an array is that follows the size of its buffer, and
 * memory shared between threads is of no use with one thread. Random numbers would be the same ones at each start, since
 * their seed is in the heap.
 */
static int
remove_unfit(JSContext *ctx)
{
	static const char *const paths[][4] = {{"ArrayBuffer", "prototype", "resize"}, {"SharedArrayBuffer"}, {"Math", "random"}};

	for (size_t i = 0; i < countof(paths); i++) {
		if (remove_property(ctx, paths[i]) != 1)
			return -1;
	}
	return 0;
}

/* All of the language but what compiles text at run time, and what no program of ours has a use for. */
static int
add_language(JSContext *ctx)
{
	return JS_AddIntrinsicBaseObjects(ctx) || JS_AddIntrinsicDate(ctx) || JS_AddIntrinsicRegExp(ctx) || JS_AddIntrinsicJSON(ctx) ||
	               JS_AddIntrinsicMapSet(ctx) || JS_AddIntrinsicTypedArrays(ctx) || JS_AddIntrinsicPromise(ctx) ||
	               JS_AddIntrinsicWeakRef(ctx) || JS_AddIntrinsicProxy(ctx) || remove_unfit(ctx)
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

/* Runs jobs until a promise is settled and nothing else is left to do; false if something was thrown that nobody caught. */
static bool
settle(JSContext *ctx, JSValueConst promise)
{
	JSContext *failed;
	int more;

	if (JS_IsException(promise)) {
		report_exception(ctx);
		return false;
	}
	while ((more = JS_ExecutePendingJob(JS_GetRuntime(ctx), &failed)) > 0)
		;
	if (more < 0)
		report_exception(failed);
	if (report_rejections(ctx) || more < 0)
		return false;
	if (JS_PromiseState(ctx, promise) != JS_PROMISE_PENDING)
		return true;
	report_line("Error: the program waits for something that nothing can bring about any more");
	return false;
}

/* The namespace of a module, or an exception that has been reported. */
static JSValue
load(JSContext *ctx, const char *name)
{
	JSValue loaded = JS_LoadModule(ctx, "", name), namespace = settle(ctx, loaded) ? JS_PromiseResult(ctx, loaded) : JS_EXCEPTION;

	JS_FreeValue(ctx, loaded);
	return namespace;
}

/* Loads the program and returns its function `main`, or an exception that has been reported. */
static JSValue
load_program(JSContext *ctx)
{
	JSValue namespace = load(ctx, module_name(0)), function;

	if (JS_IsException(namespace))
		return JS_EXCEPTION;
	function = JS_GetPropertyStr(ctx, namespace, "main");
	JS_FreeValue(ctx, namespace);
	if (JS_IsFunction(ctx, function))
		return function;
	report_line("Error: the first module exports no function main");
	JS_FreeValue(ctx, function);
	return JS_EXCEPTION;
}

/* Loads what the program imports late, too. 0 or -1. */
static int
load_others(JSContext *ctx)
{
	const char *name;

	for (uint32_t i = 1; (name = module_name(i)) != NULL; i++) {
		JSValue namespace = load(ctx, name);

		if (JS_IsException(namespace))
			return -1;
		JS_FreeValue(ctx, namespace);
	}
	return 0;
}

static JSContext *
new_context(void)
{
	JSRuntime *runtime = JS_NewRuntime2(&heap_functions, NULL);
	JSContext *ctx = runtime == NULL ? NULL : JS_NewContextRaw(runtime);

	if (ctx == NULL || add_language(ctx) < 0 || add_host_module(ctx) < 0) {
		report_line("Error: no memory to start with");
		return NULL;
	}
	JS_SetMaxStackSize(runtime, stack_size());
	JS_SetGCThreshold(runtime, NO_COLLECTION);
	JS_SetModuleLoaderFunc(runtime, normalize_module, load_module, NULL);
	JS_SetHostPromiseRejectionTracker(runtime, track_rejection, NULL);
	return ctx;
}

/* As an async function's: a promise. */
static JSValue
call(JSContext *ctx, JSValueConst function)
{
	JSValue result = JS_Call(ctx, function, JS_UNDEFINED, 0, NULL), promise;

	if (JS_IsException(result) || JS_IsPromise(result))
		return result;
	promise = JS_NewSettledPromise(ctx, false, result);
	JS_FreeValue(ctx, result);
	return promise;
}

static int
run(JSContext *ctx, JSValueConst main_function)
{
	JSValue finished = call(ctx, main_function);
	bool good = settle(ctx, finished);

	JS_FreeValue(ctx, finished);
	return good ? 0 : 1;
}

/* Of the heap that is there. */
static int
go_on(void)
{
	JSRuntime *runtime = JS_GetRuntime(heap.ctx);

	JS_UpdateStackTop(runtime);
	JS_SetMaxStackSize(runtime, stack_size());
	return run(heap.ctx, heap.main);
}

/*
 * make-heap HEAP [PROFILE]                  writes the heap to a file
 * make-heap --rehearse PROFILE ARGUMENT…    runs the program, and adds to the profile what that writes to
 */
static int
make(int argc, char **argv)
{
	bool is_rehearsal = argc > 2 && strcmp(argv[1], "--rehearse") == 0;
	JSContext *ctx;
	JSValue main_function;

	if (argc < 2 || (argc > 3 && !is_rehearsal) || (argc > 2 && read_profile(argv[2]) < 0)) {
		report_line("Error: wrong arguments, or no memory, or a profile that cannot be read");
		return 1;
	}
	ctx = new_context();
	if (ctx == NULL)
		return 1;
	forbid_clock();
	main_function = load_program(ctx);
	if (JS_IsException(main_function) || load_others(ctx) < 0 || finish_heap(ctx, main_function) < 0)
		return 1;
	if (!is_rehearsal)
		return save_heap(argv[1]) < 0;
	process = (struct process){argc - 2, argv + 2};
	watch_heap();
	return go_on() != 0 || end_rehearsal() < 0;
}

static int
start_plain(void)
{
	JSContext *ctx = new_context();
	JSValue main_function;
	int status;

	if (ctx == NULL)
		return 1;
	main_function = load_program(ctx);
	status = JS_IsException(main_function) ? 1 : run(ctx, main_function);
#ifdef __SANITIZE_ADDRESS__ /* else the kernel is quicker */
	JSRuntime *runtime = JS_GetRuntime(ctx);

	JS_FreeValue(ctx, main_function);
	free_callbacks(ctx);
	JS_FreeContext(ctx);
	JS_FreeRuntime(runtime);
#endif
	return status;
}

int
main(int argc, char **argv)
{
	process = (struct process){argc, argv};
	if (open_heap(heap.state == HEAP_MADE ? SNAPSHOT_START : PLAIN_START) < 0) {
		report_line("Error: no memory to start with");
		return 1;
	}
	switch ((enum heap_state)heap.state) {
	case HEAP_MADE:
		return go_on();
	case HEAP_TO_MAKE:
		return make(argc, argv);
	default:
		return start_plain();
	}
}
