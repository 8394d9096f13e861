/*
 * Functions of libraries, through libffi. A library stays loaded until the process ends, so that no function outlives it.
 *
 *   openLibrary(name)                               library, throws what dlopen(3) says
 *   library(symbol, result, parameters, fixed?)     a function, throws if there is no such symbol
 */
#include "foreign.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

struct binding {
	struct signature signature;
	void (*function)(void);
};

/* After the last call of a foreign function. */
static int last_errno;

/* lastErrno(): number */
JSValue
host_errno(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	(void)this_value, (void)arguments;
	if (!require_count(ctx, count, 0, 0))
		return JS_EXCEPTION;
	return JS_NewInt32(ctx, last_errno);
}

static bool
take_arguments(JSContext *ctx, const struct signature *signature, JSValueConst *arguments, struct loan *loan, union foreign_value *values)
{
	for (int i = 0; i < signature->count; i++) {
		bool taken = signature->parameters[i] == TYPE_POINTER ? take_word(ctx, arguments[i], loan, &values[i].pointer)
		                                                      : take_scalar(ctx, arguments[i], signature->parameters[i], &values[i]);

		if (!taken)
			return false;
	}
	return true;
}

static JSValue
call_binding(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments, int magic, void *opaque)
{
	struct binding *binding = opaque;
	union foreign_value values[FOREIGN_ARGUMENTS], result = {.u64 = 0};
	void *places[FOREIGN_ARGUMENTS];
	struct loan loan = {.count = 0};
	struct foreign_call call;
	bool failed;

	(void)this_value, (void)magic;
	if (!require_count(ctx, count, binding->signature.count, binding->signature.count))
		return JS_EXCEPTION;
	if (!take_arguments(ctx, &binding->signature, arguments, &loan, values)) {
		return_loan(ctx, &loan);
		return JS_EXCEPTION;
	}
	for (int i = 0; i < count; i++)
		places[i] = &values[i];
	begin_foreign_call(&call, count, arguments);
	errno = 0;
	ffi_call(&binding->signature.interface, binding->function, &result, places);
	last_errno = errno;
	failed = end_foreign_call(ctx, &call);
	return_loan(ctx, &loan);
	return failed ? JS_EXCEPTION : new_foreign(ctx, binding->signature.result, &result);
}

static JSValue
throw_dl_error(JSContext *ctx)
{
	const char *reason = dlerror();

	return JS_ThrowPlainError(ctx, "%s", reason == NULL ? "unknown error of the dynamic loader" : reason);
}

/* A symbol as a function; `opaque` is the library. */
static JSValue
bind_symbol(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments, int magic, void *opaque)
{
	struct loan loan = {.count = 0};
	struct binding *binding;
	const char *name;
	int64_t fixed = -1;
	JSValue function = JS_EXCEPTION;

	(void)this_value, (void)magic;
	if (!require_count(ctx, count, 3, 4))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]))
		return JS_ThrowTypeError(ctx, "a symbol that is no string");
	if (count > 3 && !take_between(ctx, arguments[3], 1, FOREIGN_ARGUMENTS, &fixed))
		return JS_EXCEPTION;
	binding = malloc(sizeof *binding);
	if (binding == NULL)
		return JS_ThrowOutOfMemory(ctx);
	if (take_signature(ctx, arguments[1], arguments[2], (int)fixed, &binding->signature) &&
	    lend_text(ctx, arguments[0], &loan, &name)) {
		*(void **)&binding->function = dlsym(opaque, name);
		function = binding->function == NULL ? throw_dl_error(ctx)
		                                     : JS_NewCClosure(ctx, call_binding, name, free, binding->signature.count, 0, binding);
	}
	return_loan(ctx, &loan);
	if (JS_IsException(function))
		free(binding);
	return function;
}

/* openLibrary(name): a function that binds symbols. */
JSValue
host_open_library(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct loan loan = {.count = 0};
	const char *name;
	void *library;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1))
		return JS_EXCEPTION;
	if (!lend_string(ctx, arguments[0], "a library", &loan, &name))
		return JS_EXCEPTION;
	library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	return_loan(ctx, &loan);
	return library == NULL ? throw_dl_error(ctx) : JS_NewCClosure(ctx, bind_symbol, "library", NULL, 3, 0, library);
}
