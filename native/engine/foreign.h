/* The types that functions of libraries take and return, between foreign.c and callback.c. */
#ifndef FOREIGN_H
#define FOREIGN_H

#include "engine.h"

#include <ffi.h>

enum foreign_type { TYPE_VOID, TYPE_I8, TYPE_U8, TYPE_I16, TYPE_U16, TYPE_I32, TYPE_U32, TYPE_I64, TYPE_U64, TYPE_F64, TYPE_POINTER, TYPE_TEXT };

/* One argument or result, as libffi wants it: results of less than a register fill the register. */
union foreign_value {
	int8_t i8;
	uint8_t u8;
	int16_t i16;
	uint16_t u16;
	int32_t i32;
	uint32_t u32;
	int64_t i64;
	uint64_t u64;
	double f64;
	uintptr_t pointer;
};

/* What a function takes and returns. Lives as long as the function, because libffi refers to it. */
struct signature {
	ffi_cif interface;
	enum foreign_type result;
	int count;
	enum foreign_type parameters[FOREIGN_ARGUMENTS];
	ffi_type *native[FOREIGN_ARGUMENTS];
};

/* Of `signature(result, parameters)` in JavaScript; `fixed` < 0 unless the function takes any number of further arguments. */
bool take_signature(JSContext *ctx, JSValueConst result, JSValueConst parameters, int fixed, struct signature *out);
/* An integer, as what `type` holds; throws where it does not fit. */
bool take_scalar(JSContext *ctx, JSValueConst value, enum foreign_type type, union foreign_value *out);
JSValue new_foreign(JSContext *ctx, enum foreign_type type, const union foreign_value *value);

#endif
