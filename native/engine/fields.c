/* Fields of fixed length, as headers of archives have them: with text and numbers alone, the interpreter would take ten calls for each. */
#include "engine.h"

#include <string.h>

/* Of all fields that are written at once. */
#define MOST 1024u

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

/* NULs fill it up. */
static bool
put_text(JSContext *ctx, uint8_t *at, size_t size, JSValueConst text)
{
	int64_t length;

	if (!JS_IsString(text)) {
		JS_ThrowTypeError(ctx, "a field's text that is no string");
		return false;
	}
	if (JS_GetLength(ctx, text, &length) < 0)
		return false;
	if ((uint64_t)length > size) {
		JS_ThrowRangeError(ctx, "text that is longer than its field");
		return false;
	}
	memset(at + length, 0, size - (size_t)length);
	return put_latin1(ctx, at, text);
}

/* Octal digits, all that there is room for, and a NUL. */
static bool
put_number(JSContext *ctx, uint8_t *at, size_t size, JSValueConst item)
{
	int64_t number;

	if (!take_between(ctx, item, 0, LARGEST_SAFE, &number))
		return false;
	if (size > 0)
		at[--size] = 0;
	for (; size > 0; number >>= 3)
		at[--size] = (uint8_t)('0' + (number & 7));
	if (number == 0)
		return true;
	JS_ThrowRangeError(ctx, "a number that is longer than its field");
	return false;
}

static bool
put_field(JSContext *ctx, enum form form, uint8_t *at, size_t size, JSValueConst item)
{
	if (form == TEXT)
		return put_text(ctx, at, size, item);
	if (form == NUMBER)
		return put_number(ctx, at, size, item);
	JS_ThrowRangeError(ctx, "a form of field that cannot be written");
	return false;
}

/* writeFields(bytes, at, layout, ...items) */
JSValue
host_write_fields(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory, layout;
	uint8_t fields[MOST];
	int64_t start;
	size_t size = 0;

	(void)this_value;
	if (!require_count(ctx, count, 3, INT32_MAX) || !take_room(ctx, arguments[0], &memory) || !take_memory(ctx, arguments[2], &layout) ||
	    !take_between(ctx, arguments[1], 0, (int64_t)memory.size, &start))
		return JS_EXCEPTION;
	if ((size_t)count - 3 != layout.size / 2)
		return JS_ThrowTypeError(ctx, "%d items for %zu fields", count - 3, layout.size / 2);
	for (int i = 3; i < count; i++) {
		enum form form = layout.at[2 * (i - 3)];
		size_t length = layout.at[2 * (i - 3) + 1];

		if (length > memory.size - (size_t)start - size || length > MOST - size)
			return JS_ThrowRangeError(ctx, "fields that are longer than the memory");
		if (!put_field(ctx, form, fields + size, length, arguments[i]))
			return JS_EXCEPTION;
		size += length;
	}
	memcpy(memory.at + start, fields, size);
	return JS_UNDEFINED;
}
