/*
 * Text <-> bytes without loss. A byte B that belongs to no valid UTF-8 becomes the lone surrogate U+DC00 + B, and that one
 * becomes B again; so decoding and encoding gives the same bytes, whatever they were. No valid UTF-8 holds surrogates,
 * hence the two cannot be mixed up. A lone surrogate that stands for no byte is encoded as U+FFFD, as everywhere else.
 *
 * QuickJS gives a lone surrogate as the three bytes that UTF-8 would have for it: ED A0..BF 80..BF.
 */
#include "engine.h"

#include <stdlib.h>
#include <string.h>

#define SURROGATE 0xed /* first byte of the three */
#define ESCAPE 0xdc00

static bool
is_continuation(uint8_t byte)
{
	return (byte & 0xc0) == 0x80;
}

/* The size of the valid sequence at `at`, 0 if there is none. Neither overlong forms nor surrogates are valid. */
static size_t
sequence_size(const uint8_t *at, size_t left)
{
	uint8_t first = at[0], second = left > 1 ? at[1] : 0;

	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4 || !is_continuation(second))
		return 0;
	if (first < 0xe0)
		return 2;
	if (left < 3 || !is_continuation(at[2]))
		return 0;
	if (first < 0xf0)
		return (first == 0xe0 && second < 0xa0) || (first == SURROGATE && second >= 0xa0) ? 0 : 3;
	if (left < 4 || !is_continuation(at[3]))
		return 0;
	return (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90) ? 0 : 4;
}

/* How many of the bytes are valid UTF-8, from the first one on. */
static size_t
valid_prefix(const uint8_t *bytes, size_t size)
{
	size_t at = 0, step;
	uint64_t eight;

	while (at < size) {
		if (size - at >= sizeof eight) {
			memcpy(&eight, bytes + at, sizeof eight);
			if ((eight & 0x8080808080808080u) == 0) {
				at += sizeof eight;
				continue;
			}
		}
		step = sequence_size(bytes + at, size - at);
		if (step == 0)
			break;
		at += step;
	}
	return at;
}

/* One UTF-16 unit, or two for a sequence of four bytes. */
static size_t
put_units(uint16_t *to, const uint8_t *at, size_t size)
{
	uint32_t code;

	switch (size) {
	case 0:
		to[0] = ESCAPE | at[0];
		return 1;
	case 1:
		to[0] = at[0];
		return 1;
	case 2:
		to[0] = (uint16_t)((at[0] & 0x1f) << 6 | (at[1] & 0x3f));
		return 1;
	case 3:
		to[0] = (uint16_t)((at[0] & 0x0f) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f));
		return 1;
	}
	code = (uint32_t)((at[0] & 0x07) << 18 | (at[1] & 0x3f) << 12 | (at[2] & 0x3f) << 6 | (at[3] & 0x3f)) - 0x10000;
	to[0] = (uint16_t)(0xd800 | code >> 10);
	to[1] = (uint16_t)(ESCAPE | (code & 0x3ff));
	return 2;
}

JSValue
new_text(JSContext *ctx, const uint8_t *bytes, size_t size)
{
	uint16_t *units;
	size_t count = 0, step;
	JSValue text;

	if (size == 0 || valid_prefix(bytes, size) == size)
		return JS_NewStringLen(ctx, (const char *)bytes, size);
	units = js_malloc(ctx, size * sizeof *units);
	if (units == NULL)
		return JS_EXCEPTION;
	for (size_t at = 0; at < size; at += step == 0 ? 1 : step) {
		step = sequence_size(bytes + at, size - at);
		count += put_units(units + count, bytes + at, step);
	}
	text = JS_NewStringUTF16(ctx, units, count);
	js_free(ctx, units);
	return text;
}

/* From what QuickJS gives to the bytes that are meant, which are as many or fewer. */
size_t
text_bytes(uint8_t *to, const uint8_t *from, size_t size)
{
	const uint8_t *end = from + size, *surrogate;
	uint8_t *start = to;

	while ((surrogate = memchr(from, SURROGATE, (size_t)(end - from))) != NULL) {
		memcpy(to, from, (size_t)(surrogate - from));
		to += surrogate - from;
		from = surrogate + 3;
		if (surrogate[1] < 0xa0) { /* an ordinary character */
			memcpy(to, surrogate, 3);
			to += 3;
		} else if (surrogate[1] == 0xb2 || surrogate[1] == 0xb3) {
			*to++ = (uint8_t)((surrogate[1] & 3) << 6 | (surrogate[2] & 0x3f));
		} else {
			memcpy(to, "\xef\xbf\xbd", 3);
			to += 3;
		}
	}
	memcpy(to, from, (size_t)(end - from));
	return (size_t)(to - start) + (size_t)(end - from);
}

void *
resize_bytes(JSRuntime *runtime, void *opaque, void *bytes, size_t size)
{
	(void)opaque;
	return js_realloc_rt(runtime, bytes, size);
}

/* encode(text, terminated = false): Uint8Array */
JSValue
host_encode(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	bool terminated = count > 1 && JS_VALUE_GET_TAG(arguments[1]) == JS_TAG_BOOL && JS_VALUE_GET_BOOL(arguments[1]);
	const char *text;
	uint8_t *bytes;
	size_t size;

	(void)this_value;
	if (!require_count(ctx, count, 1, 2))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]) || (count > 1 && JS_VALUE_GET_TAG(arguments[1]) != JS_TAG_BOOL))
		return JS_ThrowTypeError(ctx, "encode takes a string and a boolean");
	text = JS_ToCStringLen(ctx, &size, arguments[0]);
	if (text == NULL)
		return JS_EXCEPTION;
	if (terminated && memchr(text, 0, size) != NULL) {
		JS_FreeCString(ctx, text);
		return JS_ThrowTypeError(ctx, "text with a NUL character");
	}
	bytes = js_malloc(ctx, size + 1);
	if (bytes != NULL) {
		size = text_bytes(bytes, (const uint8_t *)text, size);
		bytes[size] = 0;
	}
	JS_FreeCString(ctx, text);
	if (bytes == NULL)
		return JS_EXCEPTION;
	return JS_NewUint8Array(ctx, bytes, size + terminated, resize_bytes, NULL, false);
}

/* decode(bytes, start = 0, end = bytes.length): string */
JSValue
host_decode(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;
	int64_t start = 0, end;

	(void)this_value;
	if (!require_count(ctx, count, 1, 3) || !take_memory(ctx, arguments[0], &memory))
		return JS_EXCEPTION;
	end = (int64_t)memory.size;
	if (count > 2 && !take_between(ctx, arguments[2], 0, end, &end))
		return JS_EXCEPTION;
	if (count > 1 && !take_between(ctx, arguments[1], 0, end, &start))
		return JS_EXCEPTION;
	return new_text(ctx, memory.at + start, (size_t)(end - start));
}

/* A NUL-terminated copy that stays until return_loan. A NUL inside would cut it short, so it throws. */
bool
lend_text(JSContext *ctx, JSValueConst value, struct loan *loan, const char **out)
{
	size_t size;
	const char *text = JS_ToCStringLen(ctx, &size, value);
	char *copy = NULL;

	if (text == NULL)
		return false;
	if (memchr(text, 0, size) != NULL) {
		JS_FreeCString(ctx, text);
		JS_ThrowTypeError(ctx, "text with a NUL character");
		return false;
	}
	if (memchr(text, SURROGATE, size) != NULL) {
		copy = js_malloc(ctx, size + 1);
		if (copy == NULL) {
			JS_FreeCString(ctx, text);
			return false;
		}
		copy[text_bytes((uint8_t *)copy, (const uint8_t *)text, size)] = 0;
	}
	loan->texts[loan->count] = text;
	loan->copies[loan->count++] = copy;
	*out = copy != NULL ? copy : text;
	return true;
}

/* The same of an argument that has to be a string. */
bool
lend_string(JSContext *ctx, JSValueConst value, const char *what, struct loan *loan, const char **out)
{
	if (JS_IsString(value))
		return lend_text(ctx, value, loan, out);
	JS_ThrowTypeError(ctx, "%s that is no string", what);
	return false;
}

void
return_loan(JSContext *ctx, struct loan *loan)
{
	while (loan->count > 0) {
		loan->count--;
		js_free(ctx, loan->copies[loan->count]);
		JS_FreeCString(ctx, loan->texts[loan->count]);
	}
}
