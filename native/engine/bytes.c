/* Byte strings, of which each character is one byte, and sums of bytes: what would take a loop over every byte in JavaScript. */
#include "engine.h"

#include <string.h>

/* `start` and `end` of the bytes in arguments[0], from the arguments behind it; the whole if they are absent. */
static bool
take_range(JSContext *ctx, int count, JSValueConst *arguments, struct memory *out)
{
	struct memory memory;
	int64_t start = 0, end;

	if (!require_count(ctx, count, 1, 3) || !take_memory(ctx, arguments[0], &memory))
		return false;
	end = (int64_t)memory.size;
	if (count > 2 && !take_between(ctx, arguments[2], 0, end, &end))
		return false;
	if (count > 1 && !take_between(ctx, arguments[1], 0, end, &start))
		return false;
	*out = (struct memory){memory.at + start, (size_t)(end - start)};
	return true;
}

static bool
is_ascii(const uint8_t *bytes, size_t size)
{
	uint8_t all = 0;

	for (size_t i = 0; i < size; i++)
		all |= bytes[i];
	return all < 0x80;
}

/* decodeLatin1(bytes, start = 0, end = bytes.length): string */
JSValue
host_decode_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;
	char *utf8;
	size_t size = 0;
	JSValue text;

	(void)this_value;
	if (!take_range(ctx, count, arguments, &memory))
		return JS_EXCEPTION;
	if (is_ascii(memory.at, memory.size))
		return JS_NewStringLen(ctx, (const char *)memory.at, memory.size);
	utf8 = js_malloc(ctx, 2 * memory.size);
	if (utf8 == NULL)
		return JS_EXCEPTION;
	for (size_t i = 0; i < memory.size; i++) {
		uint8_t byte = memory.at[i];

		if (byte >= 0x80)
			utf8[size++] = (char)(0xc0 | byte >> 6);
		utf8[size++] = (char)(byte < 0x80 ? byte : 0x80 | (byte & 0x3f));
	}
	text = JS_NewStringLen(ctx, utf8, size);
	js_free(ctx, utf8);
	return text;
}

/* encodeLatin1(text, terminated = false): Uint8Array, of each character the low byte. */
JSValue
host_encode_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	bool terminated = count > 1 && JS_VALUE_GET_TAG(arguments[1]) == JS_TAG_BOOL && JS_VALUE_GET_BOOL(arguments[1]);
	const uint16_t *units;
	uint8_t *bytes;
	size_t size;

	(void)this_value;
	if (!require_count(ctx, count, 1, 2))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]) || (count > 1 && JS_VALUE_GET_TAG(arguments[1]) != JS_TAG_BOOL))
		return JS_ThrowTypeError(ctx, "encodeLatin1 takes a string and a boolean");
	units = JS_ToCStringLenUTF16(ctx, &size, arguments[0]);
	if (units == NULL)
		return JS_EXCEPTION;
	bytes = js_malloc(ctx, size + 1);
	if (bytes != NULL) {
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)units[i];
		bytes[size] = 0;
	}
	JS_FreeCStringUTF16(ctx, units);
	if (bytes == NULL)
		return JS_EXCEPTION;
	return JS_NewUint8Array(ctx, bytes, size + terminated, resize_bytes, NULL, false);
}

/* sumBytes(bytes, start = 0, end = bytes.length): number */
JSValue
host_sum_bytes(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;
	uint64_t sum = 0;

	(void)this_value;
	if (!take_range(ctx, count, arguments, &memory))
		return JS_EXCEPTION;
	for (size_t i = 0; i < memory.size; i++)
		sum += memory.at[i];
	return JS_NewInt64(ctx, (int64_t)sum);
}
