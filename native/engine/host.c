/* The module "lamina:host": all that TypeScript can reach beyond its own language. */
#include "engine.h"
#include "heap.h"

#include <string.h>

#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#error "neither x86_64 nor aarch64"
#endif

/*
 * What reaches beyond the language. Not while modules are loaded into a heap that becomes part of the executable (heap.h):
 * they would see the machine that builds lamina instead of the one that it runs on.
 */
static const struct {
	const char *name;
	int length;
	JSCFunction *function;
} outside[] = {
    {"syscall", 1 + SYSCALL_ARGUMENTS, host_syscall},
    {"syscallOnce", 1 + SYSCALL_ARGUMENTS, host_syscall_once},
    {"readFile", 3, host_read_file},
    {"readFileAt", 3, host_read_file_at},
    {"writeFile", 3, host_write_file},
    {"readMemory", 2, host_read_memory},
    {"readText", 1, host_read_text},
    {"writeMemory", 2, host_write_memory},
    {"openLibrary", 1, host_open_library},
    {"lastErrno", 0, host_errno},
    {"createCallback", 3, host_create_callback},
    {"releaseCallback", 1, host_release_callback},
    {"spawn", 6, host_spawn},
    {"fork", 0, host_fork},
    {"sharedMemory", 1, host_shared_memory},
    {"programArguments", 0, host_arguments},
    {"environment", 0, host_environment},
    {"environmentVariable", 1, host_environment_variable},
    {"embedded", 1, host_embedded},
    {"exit", 1, host_exit},
};

static JSValue
call_outside(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments, int index)
{
	watch_heap_again();
	if (heap.state != HEAP_TO_MAKE)
		return outside[index].function(ctx, this_value, count, arguments);
	return JS_ThrowPlainError(ctx, "%s is called when a module is loaded, which is while lamina is built", outside[index].name);
}

static const JSCFunctionListEntry inside[] = {
    JS_CFUNC_DEF("encode", 2, host_encode),
    JS_CFUNC_DEF("decode", 3, host_decode),
    JS_CFUNC_DEF("encodeLatin1", 2, host_encode_latin1),
    JS_CFUNC_DEF("decodeLatin1", 3, host_decode_latin1),
    JS_CFUNC_DEF("putLatin1", 3, host_put_latin1),
    JS_CFUNC_DEF("measureJson", 1, host_measure_json),
    JS_CFUNC_DEF("hexAfter", 2, host_hex_after),
    JS_CFUNC_DEF("isCleanPath", 1, host_is_clean_path),
    JS_CFUNC_DEF("sumBytes", 3, host_sum_bytes),
    JS_CFUNC_DEF("readFields", 3, host_read_fields),
    JS_CFUNC_DEF("writeFields", 3, host_write_fields),
    JS_CFUNC_DEF("pack", 1, host_pack),
    JS_CFUNC_DEF("address", 1, host_address),
    JS_PROP_STRING_DEF("machine", MACHINE, 0),
};

static int
fill_module(JSContext *ctx, JSModuleDef *module)
{
	char engine[64] = "QuickJS-ng ";

	strncat(engine, JS_GetVersion(), sizeof engine - strlen(engine) - 1);
	if (JS_SetModuleExport(ctx, module, "engine", JS_NewString(ctx, engine)) < 0)
		return -1;
	for (int i = 0; i < (int)countof(outside); i++) {
		JSValue function = JS_NewCFunctionMagic(ctx, call_outside, outside[i].name, outside[i].length, JS_CFUNC_generic_magic, i);

		if (JS_SetModuleExport(ctx, module, outside[i].name, function) < 0)
			return -1;
	}
	return JS_SetModuleExportList(ctx, module, inside, countof(inside));
}

int
add_host_module(JSContext *ctx)
{
	JSModuleDef *module = JS_NewCModule(ctx, "lamina:host", fill_module);

	if (module == NULL || JS_AddModuleExport(ctx, module, "engine") < 0)
		return -1;
	for (size_t i = 0; i < countof(outside); i++) {
		if (JS_AddModuleExport(ctx, module, outside[i].name) < 0)
			return -1;
	}
	return JS_AddModuleExportList(ctx, module, inside, countof(inside));
}
