/* What system calls and functions of libraries are given. */
#include "engine.h"

/* What fits into a register: an integer, null, or the address of memory or text. Empty memory has no address. */
bool
take_word(JSContext *ctx, JSValueConst value, struct loan *loan, uintptr_t *out)
{
	struct integer integer;
	struct memory memory;
	const char *text;

	if (is_memory(value)) {
		if (!take_memory(ctx, value, &memory))
			return false;
		*out = memory.size == 0 ? 0 : (uintptr_t)memory.at;
		return true;
	}
	if (JS_IsString(value)) {
		if (!lend_text(ctx, value, loan, &text))
			return false;
		*out = (uintptr_t)text;
		return true;
	}
	if (JS_IsNull(value)) {
		*out = 0;
		return true;
	}
	if (!take_integer(ctx, value, &integer))
		return false;
	*out = (uintptr_t)integer.bits;
	return true;
}
