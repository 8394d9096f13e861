/* Modules and files that the executable holds. A module is read when something imports it, and not before. */
#include "engine.h"
#include "image.h"

#include <string.h>

extern const uint8_t *const image; /* embedded.S */

static const struct image_entry *
find_entry(const char *name, enum image_kind kind)
{
	const struct image_header *header = (const struct image_header *)image;
	const struct image_entry *entries = (const struct image_entry *)(header + 1);

	for (uint32_t i = 0; header->magic == IMAGE_MAGIC && i < header->count; i++) {
		if (entries[i].kind == kind && strcmp((const char *)image + entries[i].name, name) == 0)
			return &entries[i];
	}
	return NULL;
}

const char *
module_name(uint32_t index)
{
	const struct image_header *header = (const struct image_header *)image;
	const struct image_entry *entries = (const struct image_entry *)(header + 1);

	return index < header->count && entries[index].kind == IMAGE_MODULE ? (const char *)image + entries[index].name : NULL;
}

/* Modules lie in one directory: "./name.js" is "name.js", whoever imports it. */
char *
normalize_module(JSContext *ctx, const char *base, const char *name, void *opaque)
{
	const char *slash = strrchr(name, '/');

	(void)base, (void)opaque;
	return js_strdup(ctx, slash == NULL ? name : slash + 1);
}

JSModuleDef *
load_module(JSContext *ctx, const char *name, void *opaque)
{
	const struct image_entry *entry = find_entry(name, IMAGE_MODULE);
	JSModuleDef *module;
	JSValue code;

	(void)opaque;
	if (entry == NULL) {
		JS_ThrowReferenceError(ctx, "no module %s", name);
		return NULL;
	}
	code = JS_ReadObject(ctx, image + entry->data, entry->size, JS_READ_OBJ_BYTECODE);
	if (JS_IsException(code))
		return NULL;
	module = JS_VALUE_GET_PTR(code); /* the context keeps it */
	JS_FreeValue(ctx, code);
	return module;
}

/* embedded(name): the bytes of an embedded file, in place and immutable; null if there is none of that name. */
JSValue
host_embedded(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct loan loan = {.count = 0};
	const struct image_entry *entry;
	const char *name;
	JSValue bytes, buffer;

	(void)this_value;
	if (!require_count(ctx, count, 1, 1))
		return JS_EXCEPTION;
	if (!lend_string(ctx, arguments[0], "a name", &loan, &name))
		return JS_EXCEPTION;
	entry = find_entry(name, IMAGE_FILE);
	return_loan(ctx, &loan);
	if (entry == NULL)
		return JS_NULL;
	/* without a function to resize it, the engine leaves the memory alone */
	bytes = JS_NewUint8Array(ctx, (uint8_t *)(uintptr_t)image + entry->data, entry->size, NULL, NULL, false);
	buffer = JS_GetTypedArrayBuffer(ctx, bytes, NULL, NULL, NULL);
	JS_SetImmutableArrayBuffer(buffer, true);
	JS_FreeValue(ctx, buffer);
	return bytes;
}
