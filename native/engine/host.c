/* The module "lamina:host": all that TypeScript can reach beyond its own language. */
#include "engine.h"

#include <string.h>

#if defined(__x86_64__)
#define MACHINE "x86_64"
#elif defined(__aarch64__)
#define MACHINE "aarch64"
#else
#error "neither x86_64 nor aarch64"
#endif

static const JSCFunctionListEntry functions[] = {
    JS_CFUNC_DEF("syscall", 1 + SYSCALL_ARGUMENTS, host_syscall),
    JS_CFUNC_DEF("syscallOnce", 1 + SYSCALL_ARGUMENTS, host_syscall_once),
    JS_CFUNC_DEF("encode", 2, host_encode),
    JS_CFUNC_DEF("decode", 3, host_decode),
    JS_CFUNC_DEF("address", 1, host_address),
    JS_CFUNC_DEF("readMemory", 2, host_read_memory),
    JS_CFUNC_DEF("readText", 1, host_read_text),
    JS_CFUNC_DEF("writeMemory", 2, host_write_memory),
    JS_CFUNC_DEF("openLibrary", 1, host_open_library),
    JS_CFUNC_DEF("lastErrno", 0, host_errno),
    JS_CFUNC_DEF("createCallback", 3, host_create_callback),
    JS_CFUNC_DEF("releaseCallback", 1, host_release_callback),
    JS_CFUNC_DEF("spawn", 6, host_spawn),
    JS_CFUNC_DEF("programArguments", 0, host_arguments),
    JS_CFUNC_DEF("environment", 0, host_environment),
    JS_CFUNC_DEF("embedded", 1, host_embedded),
    JS_CFUNC_DEF("exit", 1, host_exit),
    JS_PROP_STRING_DEF("machine", MACHINE, 0),
};

static int
fill_module(JSContext *ctx, JSModuleDef *module)
{
	char engine[64] = "QuickJS-ng ";

	strncat(engine, JS_GetVersion(), sizeof engine - strlen(engine) - 1);
	if (JS_SetModuleExport(ctx, module, "engine", JS_NewString(ctx, engine)) < 0)
		return -1;
	return JS_SetModuleExportList(ctx, module, functions, countof(functions));
}

int
add_host_module(JSContext *ctx)
{
	JSModuleDef *module = JS_NewCModule(ctx, "lamina:host", fill_module);

	if (module == NULL || JS_AddModuleExport(ctx, module, "engine") < 0)
		return -1;
	return JS_AddModuleExportList(ctx, module, functions, countof(functions));
}
