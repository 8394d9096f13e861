/* Memory for JavaScript: from malloc, or, while a heap is made, from a region that becomes part of the executable. */
#include "heap.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u
#define LINKED 65536u /* of an empty heap: what embedded.S has room for */
#define LIMIT (heap_memory + (128u << 20))
#define CHUNK (64u << 10)
#define HEADER 256u /* struct heap, rounded up */
#define UNIT 32u

/*
 * A block lies at 16 modulo UNIT, its size before it. Those of about a page, which is what QuickJS divides among small
 * objects, are whole pages instead: what is written to costs a page, so nothing should lie across two.
 */
struct free_block {
	size_t size; /* after this word: UNIT - 8 modulo UNIT */
	struct free_block *next;
};

struct free_page {
	struct free_page *next;
};

static bool
is_page_size(size_t size)
{
	return size > PAGE - 640 && size <= PAGE;
}

static bool
is_page(const void *memory)
{
	return (uintptr_t)memory % PAGE == 0;
}

static bool
is_in_heap(const void *memory)
{
	return (uint8_t *)memory >= heap_memory && (uint8_t *)memory < LIMIT;
}

static void
add_free(uint8_t *at, size_t size)
{
	struct free_block *block = (struct free_block *)at;

	*block = (struct free_block){size, heap.free};
	heap.free = block;
}

int
begin_heap(void)
{
	uint8_t *linked_end = heap_memory + LINKED;

	if (mmap(linked_end, (size_t)(LIMIT - linked_end), PROT_READ | PROT_WRITE,
	         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0) != linked_end)
		return -1;
	heap.end = heap_memory + PAGE;
	add_free(heap_memory + HEADER + 8, PAGE - HEADER - 40);
	return 0;
}

static uint8_t *
extend(size_t size)
{
	uint8_t *start = heap.end;

	if (heap.full || size > (size_t)(LIMIT - start))
		return NULL;
	heap.end += size;
	return start;
}

static void *
take_page(void)
{
	struct free_page *page = heap.free_pages;

	if (heap.full || page == NULL)
		return extend(PAGE);
	heap.free_pages = page->next;
	page->next = NULL;
	return page;
}

/* Of zeros, as all of these. */
static void *
take_block(size_t wanted)
{
	size_t size = (wanted + 8 + UNIT - 1) / UNIT * UNIT - 8, chunk = (size + 40 + CHUNK - 1) / CHUNK * CHUNK;
	struct free_block **link = &heap.free, *block;

	if (heap.full)
		return NULL;
	while (*link != NULL && (*link)->size < size)
		link = &(*link)->next;
	if (*link == NULL) {
		uint8_t *start = extend(chunk);

		if (start == NULL)
			return NULL;
		add_free(start + 8, chunk - 40);
		link = &heap.free;
	}
	block = *link;
	*link = block->next;
	block->next = NULL;
	if (block->size > size) {
		add_free((uint8_t *)block + 8 + size, block->size - size - 8);
		block->size = size;
	}
	return (uint8_t *)block + 8;
}

static size_t
size_in_heap(const void *memory)
{
	return is_page(memory) ? PAGE : *((const size_t *)memory - 1);
}

/* Freed memory is cleared: the snapshot holds no leftovers. What is part of one already stays as it is. */
static void
free_in_heap(void *memory)
{
	if (heap.state != HEAP_TO_MAKE)
		return;
	memset(memory, 0, size_in_heap(memory));
	if (is_page(memory)) {
		*(struct free_page *)memory = (struct free_page){heap.free_pages};
		heap.free_pages = memory;
	} else {
		add_free((uint8_t *)memory - 8, *((size_t *)memory - 1));
	}
}

static void *
heap_malloc(void *opaque, size_t size)
{
	(void)opaque;
	if (heap.state != HEAP_TO_MAKE)
		return malloc(size);
	return is_page_size(size) ? take_page() : take_block(size);
}

static void *
heap_calloc(void *opaque, size_t count, size_t size)
{
	if (heap.state != HEAP_TO_MAKE)
		return calloc(count, size);
	return heap_malloc(opaque, count * size); /* QuickJS has checked the product */
}

static void
heap_free(void *opaque, void *memory)
{
	(void)opaque;
	if (is_in_heap(memory))
		free_in_heap(memory);
	else
		free(memory);
}

static void *
heap_realloc(void *opaque, void *memory, size_t size)
{
	size_t old;
	void *moved;

	if (memory == NULL || !is_in_heap(memory))
		return memory == NULL ? heap_malloc(opaque, size) : realloc(memory, size);
	old = size_in_heap(memory);
	if (size <= old && heap.state != HEAP_TO_MAKE)
		return memory;
	moved = heap_malloc(opaque, size);
	if (moved == NULL)
		return NULL;
	memcpy(moved, memory, old < size ? old : size);
	free_in_heap(memory);
	return moved;
}

static size_t
heap_usable_size(const void *memory)
{
	return is_in_heap(memory) ? size_in_heap(memory) : malloc_usable_size((void *)(uintptr_t)memory);
}

const JSMallocFunctions heap_functions = {heap_calloc, heap_malloc, heap_free, heap_realloc, heap_usable_size};
