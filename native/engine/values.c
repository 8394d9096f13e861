/* What JavaScript passes in: integers and memory (text: word.c). No conversion runs code of the script, so nothing moves meanwhile. */
#include "engine.h"
#include "heap.h"

bool
require_count(JSContext *ctx, int count, int least, int most)
{
	if (count >= least && count <= most)
		return true;
	if (least == most)
		JS_ThrowTypeError(ctx, "%d arguments instead of %d", count, least);
	else
		JS_ThrowTypeError(ctx, "%d arguments instead of %d to %d", count, least, most);
	return false;
}

static bool
take_big_integer(JSContext *ctx, JSValueConst value, struct integer *out)
{
	int64_t bits;
	JSValue as_signed, as_unsigned;
	bool is_signed, is_unsigned;

	if (JS_ToBigInt64(ctx, &bits, value) < 0) /* modulo 2^64 */
		return false;
	as_signed = JS_NewBigInt64(ctx, bits);
	as_unsigned = JS_NewBigUint64(ctx, (uint64_t)bits);
	is_signed = JS_IsStrictEqual(ctx, value, as_signed);
	is_unsigned = JS_IsStrictEqual(ctx, value, as_unsigned);
	JS_FreeValue(ctx, as_signed);
	JS_FreeValue(ctx, as_unsigned);
	if (!is_signed && !is_unsigned) {
		JS_ThrowRangeError(ctx, "an integer of more than 64 bits");
		return false;
	}
	out->bits = (uint64_t)bits;
	out->negative = is_signed && bits < 0;
	return true;
}

/* A number without a fraction that a double holds exactly, or a bigint of up to 64 bits. */
bool
take_integer(JSContext *ctx, JSValueConst value, struct integer *out)
{
	int tag = JS_VALUE_GET_NORM_TAG(value);
	double number;

	if (tag == JS_TAG_INT) {
		out->bits = (uint64_t)(int64_t)JS_VALUE_GET_INT(value);
		out->negative = JS_VALUE_GET_INT(value) < 0;
		return true;
	}
	if (JS_IsBigInt(value))
		return take_big_integer(ctx, value, out);
	if (tag != JS_TAG_FLOAT64) {
		JS_ThrowTypeError(ctx, "an argument that is no integer");
		return false;
	}
	number = JS_VALUE_GET_FLOAT64(value);
	if (!(number >= -LARGEST_SAFE && number <= LARGEST_SAFE) || (double)(int64_t)number != number) {
		JS_ThrowRangeError(ctx, "a number that is no safe integer");
		return false;
	}
	out->bits = (uint64_t)(int64_t)number;
	out->negative = number < 0;
	return true;
}

bool
take_between(JSContext *ctx, JSValueConst value, int64_t least, int64_t most, int64_t *out)
{
	struct integer integer;

	if (!take_integer(ctx, value, &integer))
		return false;
	*out = (int64_t)integer.bits;
	if (integer.negative == (*out < 0) && *out >= least && *out <= most)
		return true;
	JS_ThrowRangeError(ctx, "an integer that is not between %lld and %lld", (long long)least, (long long)most);
	return false;
}

bool
is_memory(JSValueConst value)
{
	return JS_GetTypedArrayType(value) >= 0;
}

/* The bytes of a typed array. Throws if its buffer was transferred; none changes its size (main.c). */
bool
take_memory(JSContext *ctx, JSValueConst value, struct memory *out)
{
	int type = JS_GetTypedArrayType(value);
	size_t offset, buffer_size;
	JSValue buffer;

	if (type < 0) {
		JS_ThrowTypeError(ctx, "an argument that is no typed array");
		return false;
	}
	if (type == JS_TYPED_ARRAY_UINT8) {
		out->at = JS_GetUint8Array(ctx, &out->size, value);
		lend_heap(out->at, out->size);
		return out->at != NULL || !JS_HasException(ctx);
	}
	buffer = JS_GetTypedArrayBuffer(ctx, value, &offset, &out->size, NULL);
	if (JS_IsException(buffer))
		return false;
	out->at = JS_GetArrayBuffer(ctx, &buffer_size, buffer);
	JS_FreeValue(ctx, buffer);
	if (out->at == NULL && JS_HasException(ctx))
		return false;
	out->at += offset;
	lend_heap(out->at, out->size);
	return true;
}

/* The same to be written to: an embedded file cannot be, nor what a library uses just now. */
bool
take_room(JSContext *ctx, JSValueConst value, struct memory *out)
{
	JSValue buffer;
	bool is_immutable;

	if (!take_memory(ctx, value, out))
		return false;
	buffer = JS_GetTypedArrayBuffer(ctx, value, NULL, NULL, NULL);
	is_immutable = JS_IsImmutableArrayBuffer(buffer);
	JS_FreeValue(ctx, buffer);
	if (is_immutable)
		JS_ThrowTypeError(ctx, "memory that cannot be written to");
	return !is_immutable;
}

/* A result. What a double cannot hold exactly is an error and not another number. */
JSValue
new_integer(JSContext *ctx, int64_t value)
{
	if (value >= -LARGEST_SAFE && value <= LARGEST_SAFE)
		return JS_NewInt64(ctx, value);
	return JS_ThrowRangeError(ctx, "the result %lld is no safe integer", (long long)value);
}
