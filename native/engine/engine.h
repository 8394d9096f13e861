/*
 * The host: one thread in which QuickJS-ng runs the bytecode that the executable holds. It offers TypeScript the module
 * "lamina:host" and has no policy of its own: it reads nothing from the environment or the working directory, and it
 * has no event loop, only the jobs of promises. src/engine/host.ts says what each function promises.
 *
 * A function of the module throws on arguments of a wrong number, type or range, before it does anything.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <quickjs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define countof(array) (sizeof(array) / sizeof *(array))

#define LARGEST_SAFE 9007199254740991 /* Number.MAX_SAFE_INTEGER */

/* Of a system call, its number not counted, and of a foreign function. */
#define SYSCALL_ARGUMENTS 6
#define FOREIGN_ARGUMENTS 16

/* values.c; word.c, text.c for text: what JavaScript passes in. Each take_ function throws and returns false unless the value fits. */
struct integer {
	uint64_t bits; /* two's complement */
	bool negative;
};

struct memory {
	uint8_t *at;
	size_t size;
};

/* What a call lends to the kernel or to a library, until return_loan. */
struct loan {
	const char *texts[FOREIGN_ARGUMENTS];
	char *copies[FOREIGN_ARGUMENTS];
	int count;
};

bool take_integer(JSContext *ctx, JSValueConst value, struct integer *out);
bool take_between(JSContext *ctx, JSValueConst value, int64_t least, int64_t most, int64_t *out);
bool take_memory(JSContext *ctx, JSValueConst value, struct memory *out);
bool take_room(JSContext *ctx, JSValueConst value, struct memory *out);
bool take_word(JSContext *ctx, JSValueConst value, struct loan *loan, uintptr_t *out);
bool is_memory(JSValueConst value);
bool lend_text(JSContext *ctx, JSValueConst value, struct loan *loan, const char **out);
bool lend_string(JSContext *ctx, JSValueConst value, const char *what, struct loan *loan, const char **out);
void return_loan(JSContext *ctx, struct loan *loan);
bool require_count(JSContext *ctx, int count, int least, int most);
JSValue new_integer(JSContext *ctx, int64_t value);

/* text.c: text <-> bytes. Bytes that are no UTF-8 are the lone surrogates U+DC80 to U+DCFF, as in Python's surrogateescape. */
JSValue new_text(JSContext *ctx, const uint8_t *bytes, size_t size);
size_t text_bytes(uint8_t *to, const uint8_t *from, size_t size);
void *resize_bytes(JSRuntime *runtime, void *opaque, void *bytes, size_t size);
JSValue host_encode(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_decode(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* bytes.c */
bool put_latin1(JSContext *ctx, uint8_t *to, JSValueConst text);
JSValue new_latin1(JSContext *ctx, const uint8_t *bytes, size_t size);
JSValue host_decode_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_encode_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_put_latin1(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_measure_json(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_is_clean_path(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_hex_after(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_sum_bytes(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* fields.c */
JSValue host_read_fields(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_write_fields(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* pack.c */
JSValue host_pack(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* memory.c */
JSValue host_address(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_read_memory(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_read_text(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_write_memory(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue new_text_at(JSContext *ctx, uintptr_t address);

/* process.c */
struct process {
	int argc;
	char **argv;
};

extern struct process process;

JSValue host_syscall(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_syscall_once(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_shared_memory(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_fork(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_arguments(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_environment(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_environment_variable(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_exit(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* file.c */
JSValue host_read_file(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_read_file_at(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_write_file(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* spawn.c */
JSValue host_spawn(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* foreign.c: functions of libraries. */
JSValue host_open_library(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_errno(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* callback.c: functions of JavaScript that libraries call, during a call of theirs only. */
struct foreign_call {
	JSValueConst *arguments;
	int count;
	uint32_t frozen; /* bit N: the memory of argument N was made immutable */
	struct foreign_call *outer;
};

void begin_foreign_call(struct foreign_call *call, int count, JSValueConst *arguments);
bool end_foreign_call(JSContext *ctx, struct foreign_call *call);
JSValue host_create_callback(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
JSValue host_release_callback(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);
void free_callbacks(JSContext *ctx);

/* modules.c: what is embedded in the executable. */
JSModuleDef *load_module(JSContext *ctx, const char *name, void *opaque);
char *normalize_module(JSContext *ctx, const char *base, const char *name, void *opaque);
const char *module_name(uint32_t index); /* NULL after the last one */
JSValue host_embedded(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments);

/* host.c */
int add_host_module(JSContext *ctx);

/* failure.c: what nobody caught. */
void track_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque);
bool report_rejections(JSContext *ctx);
void report_exception(JSContext *ctx);
void report_line(const char *line);

#endif
