/* Types of foreign functions: their names, their ranges, and the way from values of JavaScript and back. */
#include "foreign.h"

#include <string.h>

static const struct {
	const char *name;
	ffi_type *native;
	int64_t least;
	uint64_t most;
} types[] = {
    [TYPE_VOID] = {"void", &ffi_type_void, 0, 0},
    [TYPE_I8] = {"i8", &ffi_type_sint8, INT8_MIN, INT8_MAX},
    [TYPE_U8] = {"u8", &ffi_type_uint8, 0, UINT8_MAX},
    [TYPE_I16] = {"i16", &ffi_type_sint16, INT16_MIN, INT16_MAX},
    [TYPE_U16] = {"u16", &ffi_type_uint16, 0, UINT16_MAX},
    [TYPE_I32] = {"i32", &ffi_type_sint32, INT32_MIN, INT32_MAX},
    [TYPE_U32] = {"u32", &ffi_type_uint32, 0, UINT32_MAX},
    [TYPE_I64] = {"i64", &ffi_type_sint64, INT64_MIN, INT64_MAX},
    [TYPE_U64] = {"u64", &ffi_type_uint64, 0, UINT64_MAX},
    [TYPE_F64] = {"f64", &ffi_type_double, 0, 0},
    [TYPE_POINTER] = {"pointer", &ffi_type_pointer, 0, UINTPTR_MAX},
    [TYPE_TEXT] = {"text", &ffi_type_pointer, 0, UINTPTR_MAX},
};

static bool
take_type(JSContext *ctx, JSValueConst value, enum foreign_type *out)
{
	const char *name = JS_IsString(value) ? JS_ToCString(ctx, value) : NULL;
	bool known = false;

	for (size_t i = 0; name != NULL && i < countof(types) && !known; i++) {
		known = strcmp(types[i].name, name) == 0;
		*out = (enum foreign_type)i;
	}
	if (name != NULL)
		JS_FreeCString(ctx, name);
	if (!known && !JS_HasException(ctx))
		JS_ThrowTypeError(ctx, "a type of a foreign function that there is not");
	return known;
}

static bool
take_parameters(JSContext *ctx, JSValueConst list, struct signature *out)
{
	int64_t count;

	if (!JS_IsArray(list)) {
		JS_ThrowTypeError(ctx, "parameters that are no array");
		return false;
	}
	if (JS_GetLength(ctx, list, &count) < 0)
		return false;
	if (count > FOREIGN_ARGUMENTS) {
		JS_ThrowRangeError(ctx, "more than %d parameters", FOREIGN_ARGUMENTS);
		return false;
	}
	out->count = (int)count;
	for (int i = 0; i < out->count; i++) {
		JSValue name = JS_GetPropertyInt64(ctx, list, i);
		bool known = !JS_IsException(name) && take_type(ctx, name, &out->parameters[i]);

		JS_FreeValue(ctx, name);
		if (!known)
			return false;
		if (out->parameters[i] == TYPE_VOID || out->parameters[i] == TYPE_TEXT) {
			JS_ThrowTypeError(ctx, "a parameter of a type that only results have");
			return false;
		}
		out->native[i] = types[out->parameters[i]].native;
	}
	return true;
}

bool
take_signature(JSContext *ctx, JSValueConst result, JSValueConst parameters, int fixed, struct signature *out)
{
	ffi_type *native;
	ffi_status status;

	if (!take_type(ctx, result, &out->result) || !take_parameters(ctx, parameters, out))
		return false;
	if (fixed > out->count) {
		JS_ThrowRangeError(ctx, "more fixed parameters than parameters");
		return false;
	}
	native = types[out->result].native;
	status = fixed < 0 ? ffi_prep_cif(&out->interface, FFI_DEFAULT_ABI, (unsigned)out->count, native, out->native)
	                   : ffi_prep_cif_var(&out->interface, FFI_DEFAULT_ABI, (unsigned)fixed, (unsigned)out->count, native, out->native);
	if (status == FFI_OK)
		return true;
	JS_ThrowTypeError(ctx, "types that cannot be passed to a foreign function");
	return false;
}

bool
take_scalar(JSContext *ctx, JSValueConst value, enum foreign_type type, union foreign_value *out)
{
	struct integer integer;

	if (type == TYPE_F64) {
		if (JS_IsNumber(value))
			return JS_ToFloat64(ctx, &out->f64, value) == 0;
		JS_ThrowTypeError(ctx, "an argument that is no number");
		return false;
	}
	if (type == TYPE_POINTER && JS_IsNull(value)) {
		out->pointer = 0;
		return true;
	}
	if (!take_integer(ctx, value, &integer))
		return false;
	if (integer.negative ? (int64_t)integer.bits < types[type].least : integer.bits > types[type].most) {
		JS_ThrowRangeError(ctx, "an integer that %s does not hold", types[type].name);
		return false;
	}
	out->u64 = integer.bits; /* little endian: the smaller members are its first bytes */
	return true;
}

JSValue
new_foreign(JSContext *ctx, enum foreign_type type, const union foreign_value *value)
{
	switch (type) {
	case TYPE_VOID:
		return JS_UNDEFINED;
	case TYPE_I8:
		return JS_NewInt32(ctx, value->i8);
	case TYPE_U8:
		return JS_NewInt32(ctx, value->u8);
	case TYPE_I16:
		return JS_NewInt32(ctx, value->i16);
	case TYPE_U16:
		return JS_NewInt32(ctx, value->u16);
	case TYPE_I32:
		return JS_NewInt32(ctx, value->i32);
	case TYPE_U32:
		return JS_NewInt64(ctx, value->u32);
	case TYPE_I64:
		return JS_NewBigInt64(ctx, value->i64);
	case TYPE_U64:
		return JS_NewBigUint64(ctx, value->u64);
	case TYPE_F64:
		return JS_NewFloat64(ctx, value->f64);
	case TYPE_POINTER:
		return value->pointer == 0 ? JS_NULL : new_integer(ctx, (int64_t)value->pointer);
	case TYPE_TEXT:
		return value->pointer == 0 ? JS_NULL : new_text_at(ctx, value->pointer);
	}
	return JS_ThrowInternalError(ctx, "type %d", type);
}
