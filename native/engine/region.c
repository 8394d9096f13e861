/* The memory that the heap lies in: what the executable has of it, and the rest, mapped behind it. */
#include "heap.h"

#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE /* linux/mman.h; newer than some C libraries */
#define MADV_POPULATE_WRITE 23
#endif

#define LINKED 65536u /* an empty heap, in embedded.S; no page of a kernel is larger */

/*
 * Maps the rest of the region. An emulator (qemu-aarch64) may hold for the program all that lies between its parts, and then
 * gives another place than the one asked for; a kernel never does.
 */
static bool
map_at(void *start, size_t size)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *got = mmap(start, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, -1, 0);

	if (got == start || got == MAP_FAILED)
		return got == start;
	munmap(got, size);
	return mmap(start, size, PROT_READ | PROT_WRITE, flags | MAP_FIXED, -1, 0) == start;
}

int
open_heap(size_t prepared)
{
	uint8_t *rest;

	if (IS_SANITIZED)
		return 0;
	if (heap.state == HEAP_MADE)
		heap.end = heap_memory + (size_t)(heap.end - heap_memory + LINKED - 1) / LINKED * LINKED;
	else
		heap.end = heap_memory + sizeof heap;
	rest = heap.state == HEAP_MADE ? heap.end : heap_memory + LINKED;
	if (!map_at(rest, HEAP_SIZE - (size_t)(rest - heap_memory)))
		return -1;
	madvise(rest, prepared, MADV_POPULATE_WRITE); /* at once instead of by a fault for each page; kernels before 5.14 refuse */
	return 0;
}
