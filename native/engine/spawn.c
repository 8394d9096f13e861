/* Child processes. posix_spawn(3) starts them without copying our memory, and says why a program could not be executed. */
#include "engine.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>

enum spawn_flags { OWN_GROUP = 1 };

/* A NULL-terminated array of C strings from an array of strings; NULL with an exception. Everything in it is a copy. */
static char **
take_texts(JSContext *ctx, JSValueConst list)
{
	int64_t count;
	char **texts;

	if (!JS_IsArray(list)) {
		JS_ThrowTypeError(ctx, "an argument that is no array of strings");
		return NULL;
	}
	if (JS_GetLength(ctx, list, &count) < 0)
		return NULL;
	if (count > 1 << 24) {
		JS_ThrowRangeError(ctx, "an array of too many strings");
		return NULL;
	}
	texts = js_calloc(ctx, (size_t)count + 1, sizeof *texts);
	for (int64_t i = 0; texts != NULL && i < count; i++) {
		struct loan loan = {.count = 0};
		JSValue item = JS_GetPropertyInt64(ctx, list, i);
		const char *text;

		if (JS_IsException(item) || !JS_IsString(item)) {
			if (!JS_IsException(item))
				JS_ThrowTypeError(ctx, "an item that is no string");
		} else if (lend_text(ctx, item, &loan, &text)) {
			texts[i] = js_strdup(ctx, text);
		}
		return_loan(ctx, &loan);
		JS_FreeValue(ctx, item);
		if (texts[i] != NULL)
			continue;
		while (i-- > 0)
			js_free(ctx, texts[i]);
		js_free(ctx, texts);
		texts = NULL;
	}
	return texts;
}

static void
free_texts(JSContext *ctx, char **texts)
{
	for (char **text = texts; text != NULL && *text != NULL; text++)
		js_free(ctx, *text);
	js_free(ctx, texts);
}

/* The child leads a group of its own if asked, ignores and blocks no signal: what we do about signals is our affair. */
static int
set_attributes(posix_spawnattr_t *attributes, int64_t flags)
{
	short chosen = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (flags & OWN_GROUP ? POSIX_SPAWN_SETPGROUP : 0);
	sigset_t all, none;

	memset(&all, 0xff, sizeof all); /* sigfillset(3) leaves out two that the C library keeps for itself */
	sigemptyset(&none);
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setsigdefault(attributes, &all);
	posix_spawnattr_setsigmask(attributes, &none);
	return posix_spawnattr_setflags(attributes, chosen);
}

/* Pairs of our descriptor and its number in the child, carried out in their order; then the working directory. */
static int
set_actions(posix_spawn_file_actions_t *actions, const int32_t *pairs, size_t count, const char *directory)
{
	int error = 0;

	for (size_t i = 0; i + 1 < count && error == 0; i += 2)
		error = posix_spawn_file_actions_adddup2(actions, pairs[i], pairs[i + 1]);
	if (directory != NULL && error == 0)
		error = posix_spawn_file_actions_addchdir_np(actions, directory);
	return error;
}

struct child {
	const char *file, *directory;
	char **arguments, **environment;
	struct memory pairs;
	int64_t flags;
};

/* The pid, or minus errno. */
static int
start(const struct child *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	pid_t pid = 0;
	int error;

	error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return -error;
	error = posix_spawnattr_init(&attributes);
	if (error == 0) {
		error = set_actions(&actions, (const int32_t *)child->pairs.at, child->pairs.size / sizeof(int32_t), child->directory);
		if (error == 0)
			error = set_attributes(&attributes, child->flags);
		if (error == 0)
			error = posix_spawn(&pid, child->file, &actions, &attributes, child->arguments, child->environment);
		posix_spawnattr_destroy(&attributes);
	}
	posix_spawn_file_actions_destroy(&actions);
	return error == 0 ? (int)pid : -error;
}

static bool
take_pairs(JSContext *ctx, JSValueConst value, struct memory *pairs)
{
	if (JS_GetTypedArrayType(value) == JS_TYPED_ARRAY_INT32)
		return take_memory(ctx, value, pairs);
	JS_ThrowTypeError(ctx, "descriptors that are no Int32Array");
	return false;
}

/* spawn(file, arguments, environment, descriptors, directory, flags): the pid, or minus errno. */
JSValue
host_spawn(JSContext *ctx, JSValueConst this_value, int count, JSValueConst *arguments)
{
	struct child child = {.directory = NULL};
	struct loan loan = {.count = 0};
	JSValue result = JS_EXCEPTION;

	(void)this_value;
	if (!require_count(ctx, count, 6, 6))
		return JS_EXCEPTION;
	if (!JS_IsString(arguments[0]) || !(JS_IsString(arguments[4]) || JS_IsNull(arguments[4])))
		return JS_ThrowTypeError(ctx, "a file or a directory that is no string");
	if (!take_between(ctx, arguments[5], 0, OWN_GROUP, &child.flags))
		return JS_EXCEPTION;
	child.arguments = take_texts(ctx, arguments[1]);
	child.environment = child.arguments == NULL ? NULL : take_texts(ctx, arguments[2]);
	/* memory last: the arrays may have getters, which could take it away */
	if (child.environment != NULL && lend_text(ctx, arguments[0], &loan, &child.file) &&
	    (JS_IsNull(arguments[4]) || lend_text(ctx, arguments[4], &loan, &child.directory)) &&
	    take_pairs(ctx, arguments[3], &child.pairs))
		result = JS_NewInt32(ctx, start(&child));
	return_loan(ctx, &loan);
	free_texts(ctx, child.arguments);
	free_texts(ctx, child.environment);
	return result;
}
