/*
 * Functions of JavaScript that a library calls while a foreign call of ours runs. One that is called at any other time, or
 * by another thread, or after its release, does nothing and returns zero. What it throws comes out of the foreign call.
 *
 * The library may still hold the address of memory that the foreign call was given. So that no callback takes it away, by
 * transferring the buffer, such buffers are immutable from the first callback until the call returns.
 */
#include "foreign.h"

#include <pthread.h>
#include <stdlib.h>

struct callback {
	struct signature signature;
	ffi_closure *closure;
	void *code;
	JSContext *ctx;
	JSValue function; /* JS_UNDEFINED once released */
	struct callback *next;
};

static struct callback *callbacks;
static struct foreign_call *current; /* the innermost one */
static pthread_t main_thread;
static bool thrown; /* a callback threw in the current foreign call: the exception waits in the context */

void
begin_foreign_call(struct foreign_call *call, int count, JSValueConst *arguments)
{
	*call = (struct foreign_call){.arguments = arguments, .count = count, .outer = current};
	current = call;
}

/* True if a callback has thrown. */
bool
end_foreign_call(JSContext *ctx, struct foreign_call *call)
{
	bool failed = thrown;

	thrown = false;
	current = call->outer;
	for (int i = 0; call->frozen != 0 && i < call->count; i++) {
		if (call->frozen & 1u << i) {
			JSValue buffer = JS_GetTypedArrayBuffer(ctx, call->arguments[i], NULL, NULL, NULL);

			JS_SetImmutableArrayBuffer(buffer, false);
			JS_FreeValue(ctx, buffer);
		}
	}
	return failed;
}

static void
freeze_lent_memory(JSContext *ctx)
{
	for (struct foreign_call *call = current; call != NULL; call = call->outer) {
		for (int i = 0; i < call->count; i++) {
			JSValue buffer;

			if (!is_memory(call->arguments[i]))
				continue;
			buffer = JS_GetTypedArrayBuffer(ctx, call->arguments[i], NULL, NULL, NULL);
			if (JS_IsImmutableArrayBuffer(buffer) == 0) {
				JS_SetImmutableArrayBuffer(buffer, true);
				call->frozen |= 1u << i;
			}
			JS_FreeValue(ctx, buffer);
		}
	}
}

/* Calls the function and puts what it returns into `out`; false if something has thrown. */
static bool
run_function(struct callback *callback, void **arguments, union foreign_value *out)
{
	JSContext *ctx = callback->ctx;
	const struct signature *signature = &callback->signature;
	JSValue values[FOREIGN_ARGUMENTS], function, result;
	bool taken;
	int count = 0;

	for (bool good = true; good && count < signature->count; count += good) {
		values[count] = new_foreign(ctx, signature->parameters[count], arguments[count]);
		good = !JS_IsException(values[count]);
	}
	function = JS_DupValue(ctx, callback->function); /* it may release itself */
	result = count < signature->count ? JS_EXCEPTION : JS_Call(ctx, function, JS_UNDEFINED, count, (JSValueConst *)values);
	JS_FreeValue(ctx, function);
	while (count > 0)
		JS_FreeValue(ctx, values[--count]);
	if (JS_IsException(result))
		return false;
	taken = signature->result == TYPE_VOID || take_scalar(ctx, result, signature->result, out);
	JS_FreeValue(ctx, result);
	return taken;
}

static void
enter(ffi_cif *interface, void *out, void **arguments, void *data)
{
	struct callback *callback = data;
	union foreign_value value = {.u64 = 0};

	(void)interface;
	if (pthread_equal(pthread_self(), main_thread) && current != NULL && !thrown && !JS_IsUndefined(callback->function)) {
		freeze_lent_memory(callback->ctx);
		if (!run_function(callback, arguments, &value)) {
			value.u64 = 0;
			thrown = true;
		}
	}
	if (callback->signature.result == TYPE_F64)
		*(double *)out = value.f64;
	else if (callback->signature.result != TYPE_VOID)
		*(ffi_arg *)out = value.u64; /* sign-extended: take_scalar gives 64 bits */
}

/* createCallback(function, result, parameters): its address, good until the process ends. */
JSValue
host_create_callback(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct callback *callback;

	(void)this_value;
	if (!require_count(ctx, count, 3, 3))
		return JS_EXCEPTION;
	if (!JS_IsFunction(ctx, arguments[0]))
		return JS_ThrowTypeError(ctx, "a callback that is no function");
	callback = calloc(1, sizeof *callback);
	if (callback == NULL)
		return JS_ThrowOutOfMemory(ctx);
	if (!take_signature(ctx, arguments[1], arguments[2], -1, &callback->signature)) {
		free(callback);
		return JS_EXCEPTION;
	}
	callback->closure = callback->signature.result == TYPE_TEXT ? NULL : ffi_closure_alloc(sizeof *callback->closure, &callback->code);
	if (callback->closure == NULL ||
	    ffi_prep_closure_loc(callback->closure, &callback->signature.interface, enter, callback, callback->code) != FFI_OK) {
		ffi_closure_free(callback->closure);
		free(callback);
		return JS_ThrowTypeError(ctx, "a callback that cannot be made");
	}
	main_thread = pthread_self();
	callback->ctx = ctx;
	callback->function = JS_DupValue(ctx, arguments[0]);
	callback->next = callbacks;
	callbacks = callback;
	return new_integer(ctx, (int64_t)(uintptr_t)callback->code);
}

/* releaseCallback(address): lets go of the function. What still calls the address gets zero. */
JSValue
host_release_callback(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	int64_t address;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1) || !take_between(ctx, arguments[0], 0, INT64_MAX, &address))
		return JS_EXCEPTION;
	for (struct callback *callback = callbacks; callback != NULL; callback = callback->next) {
		if ((uintptr_t)callback->code == (uintptr_t)address && !JS_IsUndefined(callback->function)) {
			JSValue function = callback->function;

			callback->function = JS_UNDEFINED;
			JS_FreeValue(ctx, function);
			return JS_UNDEFINED;
		}
	}
	return JS_ThrowRangeError(ctx, "no callback at address 0x%llx", (unsigned long long)address);
}

void
free_callbacks(JSContext *ctx)
{
	while (callbacks != NULL) {
		struct callback *next = callbacks->next;

		JS_FreeValue(ctx, callbacks->function);
		ffi_closure_free(callbacks->closure);
		free(callbacks);
		callbacks = next;
	}
}
