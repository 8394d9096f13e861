/* Writes the heap to the file that the executable is linked with (heap.h). Runs while lamina is built. */
#include "engine.h"
#include "heap.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static int clock_readings;
static bool is_clock_forbidden;

int __real_gettimeofday(struct timeval *time, void *zone);
int __wrap_gettimeofday(struct timeval *time, void *zone);

/* QuickJS's only clock, linked in between (scripts/build-engine.ts): it gives the seed of hash tables as well. */
int
__wrap_gettimeofday(struct timeval *time, void *zone)
{
	if (heap.state != HEAP_TO_MAKE)
		return __real_gettimeofday(time, zone);
	clock_readings += is_clock_forbidden;
	*time = (struct timeval){.tv_sec = 1};
	return 0;
}

void
forbid_clock(void)
{
	is_clock_forbidden = true;
}

/*
 * Memory that will not be there, above the heap: of the C library, of libraries, the image. The stack is another matter:
 * nothing refers to it between two calls, but what has been freed and used again may hold addresses in it.
 */
static int
check_mapping(uintptr_t start, uintptr_t end, const char *line)
{
	bool is_stack = strstr(line, "[stack]") != NULL;

	for (uintptr_t *word = (uintptr_t *)heap_memory; word < (uintptr_t *)heap.end; word++) {
		if (*word < start || *word >= end)
			continue;
		if (!is_stack) {
			fprintf(stderr, "Error: at offset 0x%tx the heap refers to 0x%" PRIxPTR ", which is no part of it: %s", (uint8_t *)word - heap_memory, *word,
			        line);
			return -1;
		}
		*word = 0;
	}
	return 0;
}

static int
check_addresses(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	char readable;
	uintptr_t start, end;
	int result = maps == NULL ? -1 : 0;

	while (maps != NULL && fgets(line, sizeof line, maps) != NULL && result == 0) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %c", &start, &end, &readable) == 3 && readable == 'r' && start > (uintptr_t)heap.end)
			result = check_mapping(start, end, line);
	}
	if (maps != NULL)
		fclose(maps);
	else
		report_line("Error: cannot read /proc/self/maps");
	return result;
}

int
finish_heap(JSContext *ctx, JSValue main)
{
	JSRuntime *runtime = JS_GetRuntime(ctx);

	if (clock_readings > 0) {
		report_line("Error: a module reads the clock when it is loaded, which is while lamina is built");
		return -1;
	}
	JS_RunGC(runtime);
	JS_SetMaxStackSize(runtime, 0);
	memset(heap.slabs, 0, sizeof heap.slabs);
	heap.ctx = ctx;
	heap.main = main;
	heap.state = HEAP_MADE;
	return check_addresses();
}

int
save_heap(const char *path)
{
	FILE *file = fopen(path, "wb");
	bool written = file != NULL && fwrite(heap_memory, (size_t)(heap.end - heap_memory), 1, file) == 1;

	if (file != NULL && fclose(file) == 0 && written)
		return 0;
	report_line("Error: cannot write the snapshot");
	return -1;
}
