/* What nobody caught: a bug of the program. Its stack goes to standard error; main.c ends the process. */
#include "engine.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Promises that were rejected and that nothing has handled yet. */
struct rejection {
	JSValue promise, reason;
	struct rejection *next;
};

static struct rejection *rejections;

void
track_rejection(JSContext *ctx, JSValueConst promise, JSValueConst reason, bool handled, void *opaque)
{
	struct rejection *rejection, **link = &rejections;

	(void)opaque;
	if (!handled) {
		rejection = malloc(sizeof *rejection);
		if (rejection == NULL)
			abort();
		*rejection = (struct rejection){JS_DupValue(ctx, promise), JS_DupValue(ctx, reason), rejections};
		rejections = rejection;
		return;
	}
	while (*link != NULL && !JS_IsSameValue(ctx, (*link)->promise, promise))
		link = &(*link)->next;
	if (*link == NULL)
		return;
	rejection = *link;
	*link = rejection->next;
	JS_FreeValue(ctx, rejection->promise);
	JS_FreeValue(ctx, rejection->reason);
	free(rejection);
}

static void
write_all(const void *bytes, size_t size)
{
	const char *at = bytes;

	while (size > 0) {
		ssize_t written = write(STDERR_FILENO, at, size);

		if (written <= 0)
			return;
		at += written;
		size -= (size_t)written;
	}
}

void
report_line(const char *line)
{
	write_all(line, strlen(line));
	write_all("\n", 1);
}

static void
report_text(JSContext *ctx, JSValueConst value)
{
	size_t size;
	const char *text = JS_ToCStringLen(ctx, &size, value);
	uint8_t *bytes = text == NULL ? NULL : malloc(size + 1);

	if (bytes != NULL) {
		size = text_bytes(bytes, (const uint8_t *)text, size);
		write_all(bytes, size);
		if (size == 0 || bytes[size - 1] != '\n')
			write_all("\n", 1);
	}
	free(bytes);
	if (text == NULL) {
		JS_FreeValue(ctx, JS_GetException(ctx));
		report_line("Error: what was thrown has no text");
	} else {
		JS_FreeCString(ctx, text);
	}
}

/* The error, its stack, and what caused it. */
static void
report(JSContext *ctx, JSValueConst reason, int depth)
{
	JSValue stack, cause;

	report_text(ctx, reason);
	if (!JS_IsError(reason) || depth == 0)
		return;
	stack = JS_GetPropertyStr(ctx, reason, "stack");
	if (JS_IsString(stack))
		report_text(ctx, stack);
	cause = JS_GetPropertyStr(ctx, reason, "cause");
	if (!JS_IsUndefined(cause) && !JS_IsException(cause)) {
		report_line("caused by");
		report(ctx, cause, depth - 1);
	}
	if (JS_HasException(ctx))
		JS_FreeValue(ctx, JS_GetException(ctx));
	JS_FreeValue(ctx, stack);
	JS_FreeValue(ctx, cause);
}

void
report_exception(JSContext *ctx)
{
	JSValue exception = JS_GetException(ctx);

	report(ctx, exception, 8);
	JS_FreeValue(ctx, exception);
}

/* Reports all of them, the first one first, and forgets them. True if there was any. */
bool
report_rejections(JSContext *ctx)
{
	struct rejection *reversed = NULL;
	bool any = rejections != NULL;

	while (rejections != NULL) {
		struct rejection *rejection = rejections;

		rejections = rejection->next;
		rejection->next = reversed;
		reversed = rejection;
	}
	while (reversed != NULL) {
		struct rejection *next = reversed->next;

		report(ctx, reversed->reason, 8);
		JS_FreeValue(ctx, reversed->promise);
		JS_FreeValue(ctx, reversed->reason);
		free(reversed);
		reversed = next;
	}
	return any;
}
