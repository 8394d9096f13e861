/*
 * Memory by address, copied and never shared: a view would outlive what it shows. The copy is made by the kernel, which
 * answers EFAULT where a wrong address would end the process.
 */
#include "engine.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define CHUNK 4096u /* no page is smaller, so the bytes up to a multiple are there together or not at all */

/* Like memcpy(3), or -1 and errno. A sandbox may refuse the call; then the address is believed. */
static int
copy_from(void *to, uintptr_t address, size_t size)
{
	struct iovec local = {to, size}, remote = {(void *)address, size};
	ssize_t copied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);

	if (copied == (ssize_t)size)
		return 0;
	if (copied < 0 && (errno == ENOSYS || errno == EPERM)) {
		memcpy(to, (const void *)address, size);
		return 0;
	}
	errno = EFAULT;
	return -1;
}

static int
copy_to(uintptr_t address, void *from, size_t size)
{
	struct iovec local = {from, size}, remote = {(void *)address, size};
	ssize_t copied = process_vm_writev(getpid(), &local, 1, &remote, 1, 0);

	if (copied == (ssize_t)size)
		return 0;
	if (copied < 0 && (errno == ENOSYS || errno == EPERM)) {
		memcpy((void *)address, from, size);
		return 0;
	}
	errno = EFAULT;
	return -1;
}

static JSValue
throw_bad_address(JSContext *ctx, uintptr_t address)
{
	return JS_ThrowRangeError(ctx, "no memory at address 0x%llx", (unsigned long long)address);
}

/* address(memory): number, 0 if it is empty. Good for as long as the typed array lives, and its buffer is not transferred. */
JSValue
host_address(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1) || !take_memory(ctx, arguments[0], &memory))
		return JS_EXCEPTION;
	return new_integer(ctx, memory.size == 0 ? 0 : (int64_t)(uintptr_t)memory.at);
}

static bool
take_address(JSContext *ctx, JSValueConst value, uintptr_t *out)
{
	int64_t address;

	if (!take_between(ctx, value, 0, INT64_MAX, &address))
		return false;
	*out = (uintptr_t)address;
	return true;
}

/* readMemory(address, size): Uint8Array */
JSValue
host_read_memory(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	uintptr_t address;
	int64_t size;
	uint8_t *copy;
	JSValue result;

	(void)this_value;
	if (!require_count(ctx, count, 2, 2) || !take_address(ctx, arguments[0], &address) ||
	    !take_between(ctx, arguments[1], 0, INT32_MAX, &size))
		return JS_EXCEPTION;
	copy = js_malloc(ctx, (size_t)size + 1);
	if (copy == NULL)
		return JS_EXCEPTION;
	result = size > 0 && copy_from(copy, address, (size_t)size) < 0 ? throw_bad_address(ctx, address)
	                                                                : JS_NewUint8ArrayCopy(ctx, copy, (size_t)size);
	js_free(ctx, copy);
	return result;
}

/* The text up to the first NUL at an address of which nobody knows the size. */
JSValue
new_text_at(JSContext *ctx, uintptr_t address)
{
	uint8_t *text = NULL, *end = NULL;
	size_t size = 0;
	JSValue result;

	while (end == NULL) {
		size_t step = CHUNK - (address + size) % CHUNK;
		uint8_t *larger = js_realloc(ctx, text, size + step);

		if (larger == NULL || copy_from(larger + size, address + size, step) < 0) {
			js_free(ctx, larger == NULL ? text : larger);
			return larger == NULL ? JS_EXCEPTION : throw_bad_address(ctx, address);
		}
		text = larger;
		end = memchr(text + size, 0, step);
		size += step;
	}
	result = new_text(ctx, text, (size_t)(end - text));
	js_free(ctx, text);
	return result;
}

/* readText(address): string */
JSValue
host_read_text(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	uintptr_t address;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1) || !take_address(ctx, arguments[0], &address))
		return JS_EXCEPTION;
	return new_text_at(ctx, address);
}

/* writeMemory(address, bytes) */
JSValue
host_write_memory(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	uintptr_t address;
	struct memory memory;

	(void)this_value;
	if (!require_count(ctx, count, 2, 2) || !take_address(ctx, arguments[0], &address) || !take_memory(ctx, arguments[1], &memory))
		return JS_EXCEPTION;
	if (memory.size > 0 && copy_to(address, memory.at, memory.size) < 0)
		return throw_bad_address(ctx, address);
	return JS_UNDEFINED;
}
