/* Fields of fixed length, as headers of archives have them: with text and numbers alone, the interpreter would take ten calls for each. */
#include "engine.h"

#include <string.h>

enum form { SKIPPED, TEXT, CHARACTERS, NUMBER };

static bool
is_blank(uint8_t byte)
{
	return byte == ' ' || byte == 0;
}

/* Digits after blanks, up to a blank or the end; none are 0. */
static JSValue
new_octal(JSContext *ctx, const uint8_t *at, size_t size)
{
	const uint8_t *end = at + size;
	double value = 0;

	while (at < end && is_blank(*at))
		at++;
	for (; at < end && !is_blank(*at); at++) {
		if (*at < '0' || *at > '7')
			return JS_UNDEFINED;
		value = value * 8 + (*at - '0');
	}
	return JS_NewNumber(ctx, value);
}

/* Two's complement, the largest byte first, behind a bit that is set. */
static JSValue
new_binary(JSContext *ctx, const uint8_t *at, size_t size)
{
	double value = at[0] == 0xff ? -1 : at[0] & 0x7f;

	for (size_t i = 1; i < size; i++)
		value = value * 256 + at[i];
	return JS_NewNumber(ctx, value);
}

static JSValue
new_field(JSContext *ctx, enum form form, const uint8_t *at, size_t size)
{
	const uint8_t *end;

	switch (form) {
	case TEXT:
		end = memchr(at, 0, size);
		return new_latin1(ctx, at, end == NULL ? size : (size_t)(end - at));
	case CHARACTERS:
		return new_latin1(ctx, at, size);
	case NUMBER:
		return size > 0 && at[0] >= 0x80 ? new_binary(ctx, at, size) : new_octal(ctx, at, size);
	default:
		return JS_ThrowRangeError(ctx, "a form of field that there is not");
	}
}

/* readFields(bytes, at, layout): (string | number | undefined)[]. The layout has two bytes for each field: its form, and its size. */
JSValue
host_read_fields(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory, layout;
	int64_t start;
	uint32_t items = 0;
	JSValue fields;

	(void)this_value;
	if (!require_count(ctx, count, 3, 3) || !take_memory(ctx, arguments[0], &memory) || !take_memory(ctx, arguments[2], &layout) ||
	    !take_between(ctx, arguments[1], 0, (int64_t)memory.size, &start))
		return JS_EXCEPTION;
	fields = JS_NewArray(ctx);
	for (size_t i = 0, at = (size_t)start; i + 1 < layout.size && !JS_IsException(fields); at += layout.at[i + 1], i += 2) {
		JSValue field;

		if (layout.at[i + 1] > memory.size - at) {
			JS_FreeValue(ctx, fields);
			return JS_ThrowRangeError(ctx, "fields that are longer than the memory");
		}
		if (layout.at[i] == SKIPPED)
			continue;
		field = new_field(ctx, layout.at[i], memory.at + at, layout.at[i + 1]);
		if (JS_IsException(field) || JS_SetPropertyUint32(ctx, fields, items++, field) < 0) {
			JS_FreeValue(ctx, fields);
			return JS_EXCEPTION;
		}
	}
	return fields;
}
