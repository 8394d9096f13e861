/* Byte strings, of which each character is one byte, sums of bytes, the extent of JSON, hex digits, clean paths: what would take a loop over every byte in JavaScript. */
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

JSValue
new_latin1(JSContext *ctx, const uint8_t *bytes, size_t size)
{
	char *utf8;
	size_t length = 0;
	JSValue text;

	if (is_ascii(bytes, size))
		return JS_NewStringLen(ctx, (const char *)bytes, size);
	utf8 = js_malloc(ctx, 2 * size);
	if (utf8 == NULL)
		return JS_EXCEPTION;
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] >= 0x80)
			utf8[length++] = (char)(0xc0 | bytes[i] >> 6);
		utf8[length++] = (char)(bytes[i] < 0x80 ? bytes[i] : 0x80 | (bytes[i] & 0x3f));
	}
	text = JS_NewStringLen(ctx, utf8, length);
	js_free(ctx, utf8);
	return text;
}

/* decodeLatin1(bytes, start = 0, end = bytes.length): string */
JSValue
host_decode_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;

	(void)this_value;
	return take_range(ctx, count, arguments, &memory) ? new_latin1(ctx, memory.at, memory.size) : JS_EXCEPTION;
}

/* Of each character the low byte. What is all ASCII, as most text is, the engine gives without a copy. */
bool
put_latin1(JSContext *ctx, uint8_t *to, JSValueConst text)
{
	size_t size;
	const char *ascii = JS_ToCStringLen(ctx, &size, text);
	const uint16_t *units;

	if (ascii == NULL)
		return false;
	if (is_ascii((const uint8_t *)ascii, size)) {
		memcpy(to, ascii, size);
		JS_FreeCString(ctx, ascii);
		return true;
	}
	JS_FreeCString(ctx, ascii);
	units = JS_ToCStringLenUTF16(ctx, &size, text);
	for (size_t i = 0; units != NULL && i < size; i++)
		to[i] = (uint8_t)units[i];
	JS_FreeCStringUTF16(ctx, units);
	return units != NULL;
}

/* encodeLatin1(text, terminated = false): Uint8Array, of each character the low byte. */
JSValue
host_encode_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	bool terminated = count > 1 && JS_VALUE_GET_TAG(arguments[1]) == JS_TAG_BOOL && JS_VALUE_GET_BOOL(arguments[1]);
	int64_t size;
	uint8_t *bytes;

	(void)this_value;
	if (!require_count(ctx, count, 1, 2))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]) || (count > 1 && JS_VALUE_GET_TAG(arguments[1]) != JS_TAG_BOOL))
		return JS_ThrowTypeError(ctx, "encodeLatin1 takes a string and a boolean");
	if (JS_GetLength(ctx, arguments[0], &size) < 0)
		return JS_EXCEPTION;
	bytes = js_malloc(ctx, (size_t)size + 1);
	if (bytes == NULL || !put_latin1(ctx, bytes, arguments[0])) {
		js_free(ctx, bytes);
		return JS_EXCEPTION;
	}
	bytes[size] = 0;
	return JS_NewUint8Array(ctx, bytes, (size_t)size + terminated, resize_bytes, NULL, false);
}

/* putLatin1(bytes, at, text) */
JSValue
host_put_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;
	int64_t at, size;

	(void)this_value;
	if (!require_count(ctx, count, 3, 3) || !take_room(ctx, arguments[0], &memory) ||
	    !take_between(ctx, arguments[1], 0, (int64_t)memory.size, &at))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[2]))
		return JS_ThrowTypeError(ctx, "putLatin1 takes a string");
	if (JS_GetLength(ctx, arguments[2], &size) < 0)
		return JS_EXCEPTION;
	if (size > (int64_t)memory.size - at)
		return JS_ThrowRangeError(ctx, "text that is longer than the memory");
	return size == 0 || put_latin1(ctx, memory.at + at, arguments[2]) ? JS_UNDEFINED : JS_EXCEPTION;
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

/* hexAfter(prefix, text): number */
JSValue
host_hex_after(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	size_t skipped = 0, size = 0;
	const char *prefix, *text;
	int64_t digits = -1;

	(void)this_value;
	if (!require_count(ctx, count, 2, 2))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]) || !JS_IsString(arguments[1]))
		return JS_ThrowTypeError(ctx, "hexAfter takes two strings");
	prefix = JS_ToCStringLen(ctx, &skipped, arguments[0]);
	text = prefix == NULL ? NULL : JS_ToCStringLen(ctx, &size, arguments[1]);
	if (text != NULL && size >= skipped && memcmp(text, prefix, skipped) == 0 && strspn(text + skipped, "0123456789abcdef") == size - skipped)
		digits = (int64_t)(size - skipped);
	JS_FreeCString(ctx, prefix);
	JS_FreeCString(ctx, text);
	return text == NULL ? JS_EXCEPTION : JS_NewInt64(ctx, digits);
}

/* isCleanPath(path): boolean */
JSValue
host_is_clean_path(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	size_t size = 0;
	const char *path;
	bool clean;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]))
		return JS_ThrowTypeError(ctx, "isCleanPath takes a string");
	path = JS_ToCStringLen(ctx, &size, arguments[0]);
	clean = path != NULL && path[0] == '/' && (size == 1 || path[size - 1] != '/') && memmem(path, size, "//", 2) == NULL &&
	    memmem(path, size, "/.", 2) == NULL;
	JS_FreeCString(ctx, path);
	return path == NULL ? JS_EXCEPTION : JS_NewBool(ctx, clean);
}

/* measureJson(bytes): [levels, values]. Brackets and commas in strings do not count; whether the rest is JSON is not asked. */
JSValue
host_measure_json(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct memory memory;
	int64_t level = 0, levels = 0, values = 0;
	bool in_string = false;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1) || !take_memory(ctx, arguments[0], &memory))
		return JS_EXCEPTION;
	for (size_t i = 0; i < memory.size; i++) {
		uint8_t byte = memory.at[i];

		if (byte == '"')
			in_string = !in_string;
		else if (in_string)
			i += byte == '\\';
		else if (byte == ']' || byte == '}')
			level--;
		else if (byte == ',' || byte == '[' || byte == '{') {
			values++;
			level += byte != ',';
			levels = level > levels ? level : levels;
		}
	}
	return JS_NewArrayFrom(ctx, 2, (JSValue[]){JS_NewInt64(ctx, levels), JS_NewInt64(ctx, values)});
}
