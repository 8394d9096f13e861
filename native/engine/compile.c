/*
 * Runs while lamina is built, and is no part of it: compiles JavaScript modules to bytecode and writes them, and files as
 * they are, into the image that the executable embeds.
 *
 *   compile IMAGE [KIND NAME PATH]…     KIND is "module" or "file"; all modules come first
 */
#include "image.h"

#include <quickjs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct content {
	uint8_t *bytes;
	size_t size;
};

static void
fail(const char *what, const char *which)
{
	fprintf(stderr, "compile: %s %s\n", what, which);
	exit(1);
}

static struct content
read_file(const char *path)
{
	struct content content;
	FILE *file = fopen(path, "rb");
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) < 0 || (size = ftell(file)) < 0)
		fail("cannot read", path);
	rewind(file);
	content.size = (size_t)size;
	content.bytes = calloc(1, content.size + 1);
	if (content.bytes == NULL || fread(content.bytes, 1, content.size, file) != content.size)
		fail("cannot read", path);
	fclose(file);
	return content;
}

/* What a module imports is compiled by itself; here its name is all that matters. */
static JSModuleDef *
pretend_module(JSContext *ctx, const char *name, void *opaque)
{
	(void)opaque;
	return JS_NewCModule(ctx, name, NULL);
}

static void
fail_with_exception(JSContext *ctx, const char *name)
{
	JSValue exception = JS_GetException(ctx), stack = JS_GetPropertyStr(ctx, exception, "stack");

	fprintf(stderr, "%s\n%s", JS_ToCString(ctx, exception), JS_ToCString(ctx, stack));
	fail("cannot compile", name);
}

/* Bytecode with the names and lines of functions, without their text. */
static struct content
compile_module(const char *name, struct content source)
{
	JSRuntime *runtime = JS_NewRuntime();
	JSContext *ctx = JS_NewContext(runtime);
	struct content content;
	JSValue module;

	JS_SetModuleLoaderFunc(runtime, NULL, pretend_module, NULL);
	module = JS_Eval(ctx, (const char *)source.bytes, source.size, name, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
	if (JS_IsException(module))
		fail_with_exception(ctx, name);
	content.bytes = JS_WriteObject(ctx, &content.size, module, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
	if (content.bytes == NULL || content.size < 5)
		fail_with_exception(ctx, name);
	memset(content.bytes + 1, 0xff, 4); /* the reader takes this for "no checksum": what is linked in needs none */
	return content;
}

static size_t
aligned(size_t offset)
{
	return (offset + IMAGE_ALIGNMENT - 1) / IMAGE_ALIGNMENT * IMAGE_ALIGNMENT;
}

int
main(int argc, char **argv)
{
	uint32_t count = argc < 2 ? 0 : (uint32_t)(argc - 2) / 3;
	struct image_header header = {IMAGE_MAGIC, count};
	struct image_entry *entries = calloc(count + 1, sizeof *entries);
	struct content *contents = calloc(count + 1, sizeof *contents);
	size_t at = sizeof header + count * sizeof *entries;
	FILE *image;

	if (argc < 2 || (argc - 2) % 3 != 0)
		fail("usage:", "compile IMAGE KIND NAME PATH...");
	for (uint32_t i = 0; i < count; i++) {
		entries[i].kind = strcmp(argv[2 + 3 * i], "module") == 0 ? IMAGE_MODULE : IMAGE_FILE;
		entries[i].name = (uint32_t)at;
		at += strlen(argv[3 + 3 * i]) + 1;
	}
	for (uint32_t i = 0; i < count; i++) {
		contents[i] = read_file(argv[4 + 3 * i]);
		if (entries[i].kind == IMAGE_MODULE)
			contents[i] = compile_module(argv[3 + 3 * i], contents[i]);
		at = aligned(at);
		entries[i].data = (uint32_t)at;
		entries[i].size = (uint32_t)contents[i].size;
		at += contents[i].size;
	}
	image = fopen(argv[1], "wb");
	if (image == NULL || at > UINT32_MAX)
		fail("cannot write", argv[1]);
	fwrite(&header, sizeof header, 1, image);
	fwrite(entries, sizeof *entries, count, image);
	for (uint32_t i = 0; i < count; i++)
		fwrite(argv[3 + 3 * i], strlen(argv[3 + 3 * i]) + 1, 1, image);
	for (uint32_t i = 0; i < count; i++) {
		for (long position = ftell(image); position < (long)entries[i].data; position++)
			fputc(0, image);
		fwrite(contents[i].bytes, contents[i].size, 1, image);
	}
	if (ferror(image) || fclose(image) != 0)
		fail("cannot write", argv[1]);
	return 0;
}
