/* Numbers, texts and bytes as one piece of memory: in the interpreter each of them would take several calls. */
#include "engine.h"

#include <string.h>

#define USUAL_SIZE 8192u
#define DEEPEST 8

struct packed {
	uint8_t *bytes;
	size_t size, room;
};

/* Room for `size` bytes at the end; NULL with an exception. Sizes fit into 32 bits. */
static uint8_t *
extend(JSContext *ctx, struct packed *to, size_t size)
{
	if (size > UINT32_MAX - to->size) {
		JS_ThrowRangeError(ctx, "more to pack than a size of 32 bits can tell");
		return NULL;
	}
	if (to->bytes == NULL || size > to->room - to->size) {
		size_t room = 2 * to->size + size + USUAL_SIZE;
		uint8_t *larger = js_realloc(ctx, to->bytes, room);

		if (larger == NULL)
			return NULL;
		to->bytes = larger;
		to->room = room;
	}
	to->size += size;
	return to->bytes + to->size - size;
}

/* Both architectures are little endian. */
static bool
put(JSContext *ctx, struct packed *to, const void *bytes, size_t size)
{
	uint8_t *at = extend(ctx, to, size);

	if (at != NULL && size > 0)
		memcpy(at, bytes, size);
	return at != NULL;
}

static bool
put_size(JSContext *ctx, struct packed *to, size_t size)
{
	uint32_t word = (uint32_t)size;

	return put(ctx, to, &word, sizeof word);
}

static bool
pack_number(JSContext *ctx, struct packed *to, JSValueConst item)
{
	int64_t number;

	return take_between(ctx, item, INT32_MIN, UINT32_MAX, &number) && put_size(ctx, to, (uint32_t)number);
}

static bool
pack_big_integer(JSContext *ctx, struct packed *to, JSValueConst item)
{
	struct integer integer;

	return take_integer(ctx, item, &integer) && put(ctx, to, &integer.bits, sizeof integer.bits);
}

static bool
pack_text(JSContext *ctx, struct packed *to, JSValueConst item)
{
	struct loan loan = {.count = 0};
	const char *text;
	bool done;
	size_t size;

	if (!lend_text(ctx, item, &loan, &text))
		return false;
	size = strlen(text);
	done = put_size(ctx, to, size) && put(ctx, to, text, size + 1);
	return_loan(ctx, &loan);
	return done;
}

static bool
pack_memory(JSContext *ctx, struct packed *to, JSValueConst item)
{
	struct memory memory;

	return take_memory(ctx, item, &memory) && put_size(ctx, to, memory.size) && put(ctx, to, memory.at, memory.size);
}

static bool pack_items(JSContext *ctx, struct packed *to, JSValueConst list, int depth);

static bool
pack_list(JSContext *ctx, struct packed *to, JSValueConst list, int depth)
{
	size_t start = to->size + sizeof(uint32_t);
	uint32_t size;

	if (!put_size(ctx, to, 0) || !pack_items(ctx, to, list, depth))
		return false;
	size = (uint32_t)(to->size - start);
	memcpy(to->bytes + start - sizeof size, &size, sizeof size);
	return true;
}

static bool
pack_item(JSContext *ctx, struct packed *to, JSValueConst item, int depth)
{
	if (JS_IsNumber(item))
		return pack_number(ctx, to, item);
	if (JS_IsString(item))
		return pack_text(ctx, to, item);
	if (JS_IsBigInt(item))
		return pack_big_integer(ctx, to, item);
	if (is_memory(item))
		return pack_memory(ctx, to, item);
	if (JS_IsArray(item))
		return pack_list(ctx, to, item, depth + 1);
	JS_ThrowTypeError(ctx, "an item that cannot be packed");
	return false;
}

/* An array may have getters: each item is copied before the next one is asked for. */
static bool
pack_items(JSContext *ctx, struct packed *to, JSValueConst list, int depth)
{
	int64_t count;

	if (depth > DEEPEST) {
		JS_ThrowRangeError(ctx, "arrays in more than %d others", DEEPEST);
		return false;
	}
	if (JS_GetLength(ctx, list, &count) < 0)
		return false;
	for (int64_t i = 0; i < count; i++) {
		JSValue item = JS_GetPropertyInt64(ctx, list, i);
		bool done = !JS_IsException(item) && pack_item(ctx, to, item, depth);

		JS_FreeValue(ctx, item);
		if (!done)
			return false;
	}
	return true;
}

/* pack(items): Uint8Array */
JSValue
host_pack(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct packed to = {.bytes = NULL};

	(void)this_value;
	if (!require_count(ctx, count, 1, 1))
		return JS_EXCEPTION;
	if (!JS_IsArray(arguments[0]))
		return JS_ThrowTypeError(ctx, "an argument that is no array");
	if (extend(ctx, &to, 0) == NULL || !pack_items(ctx, &to, arguments[0], 0)) {
		js_free(ctx, to.bytes);
		return JS_EXCEPTION;
	}
	return JS_NewUint8Array(ctx, to.bytes, to.size, resize_bytes, NULL, false);
}
