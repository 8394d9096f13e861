/*
 * Memory for JavaScript. QuickJS is compiled to ask for each object instead of dividing pages itself (build-engine.ts):
 * small ones lie in a region at a fixed address, in pages of blocks of one size; larger ones come from malloc, or from the
 * region too while it is made.
 */
#include "heap.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define PAGE HEAP_PAGE
#define SMALL 512u
#define CHUNK (32u << 10)
#define UNIT 32u

static const uint16_t sizes[HEAP_CLASSES] = {16,  24,  32,  40,  48,  56,  64,  72,  80,  88,  96,  104, 112, 120, 128, 144,
                                             160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512};

/* While the heap is made: blocks that are likely to be used lie together, in fewer sizes. */
static const uint16_t hot_sizes[] = {16, 32, 48, 64, 80, 96, 128, 192, 256, 384, 512};
static struct slab hot_slabs[HEAP_CLASSES];
static uint8_t *hot_pages, *hot_pages_end;

/* A larger block of the region lies at 16 modulo UNIT, its size before it. */
struct large_block {
	size_t size; /* after this word: UNIT - 8 modulo UNIT */
	struct large_block *next;
};

static struct large_block *free_large; /* by address */

static bool
is_in_heap(const void *memory)
{
	return !IS_SANITIZED && (size_t)((const uint8_t *)memory - heap_memory) < HEAP_SIZE;
}

static uint8_t *
page_of(const void *memory)
{
	return &heap.pages[((const uint8_t *)memory - heap_memory) / PAGE];
}

static unsigned
class_of(size_t size)
{
	if (size <= 16)
		return 0;
	if (size <= 128)
		return (unsigned)(size + 7) / 8 - 2;
	if (size <= 256)
		return (unsigned)(size + 15) / 16 + 6;
	return (unsigned)(size + 31) / 32 + 14;
}

static unsigned
hot_class_of(size_t size)
{
	const uint16_t *hot = hot_sizes;

	while (*hot < size)
		hot++;
	return class_of(*hot);
}

static uint8_t *
extend(size_t size, uint8_t kind)
{
	uint8_t *start = heap.end;

	if (size > HEAP_SIZE - (size_t)(start - heap_memory))
		return NULL;
	heap.end += size;
	memset(page_of(start), kind, size / PAGE);
	return start;
}

static uint8_t *
take_hot_page(unsigned class)
{
	if (hot_pages == hot_pages_end) {
		hot_pages = extend(CHUNK, PAGE_HOT);
		hot_pages_end = hot_pages == NULL ? NULL : hot_pages + CHUNK;
	}
	if (hot_pages == NULL)
		return NULL;
	*page_of(hot_pages) = (uint8_t)(PAGE_HOT | (class + 1));
	hot_pages += PAGE;
	return hot_pages - PAGE;
}

static __attribute__((noinline)) void *
take_from_new_page(struct slab *slab, unsigned class)
{
	bool is_hot = slab == &hot_slabs[class];
	uint8_t *page = is_hot ? take_hot_page(class) : extend(PAGE, (uint8_t)(class + 1));

	if (page == NULL)
		return heap.state == HEAP_TO_MAKE ? NULL : malloc(sizes[class]);
	slab->next = page + sizes[class];
	slab->end = page + PAGE / sizes[class] * sizes[class];
	return page;
}

static inline void *
take_small(struct slab *slab, unsigned class)
{
	void *block = slab->free;

	if (block != NULL) {
		slab->free = *(void **)block;
		return block;
	}
	if (slab->next == slab->end)
		return take_from_new_page(slab, class);
	block = slab->next;
	slab->next += sizes[class];
	return block;
}

/* Free neighbours become one block. */
static void
join_next(struct large_block *block)
{
	struct large_block *next = block->next;

	if ((uint8_t *)next != (uint8_t *)block + sizeof block->size + block->size)
		return;
	block->size += sizeof next->size + next->size;
	block->next = next->next;
	memset(next, 0, sizeof *next);
}

static void
add_large(uint8_t *at, size_t size)
{
	struct large_block *block = (struct large_block *)at, *before = NULL, **link = &free_large;

	for (; *link != NULL && *link < block; link = &(*link)->next)
		before = *link;
	*block = (struct large_block){size, *link};
	*link = block;
	join_next(block);
	if (before != NULL)
		join_next(before);
}

/* The link to the first one that is large enough; at the end there is none. */
static struct large_block **
find_large(size_t size)
{
	struct large_block **link = &free_large;

	while (*link != NULL && (*link)->size < size)
		link = &(*link)->next;
	return link;
}

static void *
take_large(size_t wanted)
{
	size_t size = (wanted + 8 + UNIT - 1) / UNIT * UNIT - 8, chunk = (size + 40 + CHUNK - 1) / CHUNK * CHUNK;
	struct large_block **link = find_large(size), *block;

	if (*link == NULL) {
		uint8_t *start = extend(chunk, PAGE_LARGE);

		if (start == NULL)
			return NULL;
		add_large(start + 8, chunk - 40);
		link = find_large(size);
	}
	block = *link;
	*link = block->next;
	block->next = NULL;
	if (block->size > size) {
		add_large((uint8_t *)block + 8 + size, block->size - size - 8);
		block->size = size;
	}
	return (uint8_t *)block + 8;
}

/* What is given out while the heap is made is all zeros, so the snapshot holds no leftovers. */
static void *
take_while_made(size_t size)
{
	unsigned class;
	void *block;

	if (size > SMALL)
		return take_large(size);
	class = class_of(size);
	if (is_hot_allocation()) {
		class = hot_class_of(size);
		block = take_small(&hot_slabs[class], class);
	} else {
		block = take_small(&heap.slabs[class], class);
	}
	if (block == NULL)
		return NULL;
	*(void **)block = NULL;
	note_allocation(block);
	return block;
}

size_t
heap_block_size(const void *page)
{
	uint8_t kind = *page_of(page) & (uint8_t)~PAGE_HOT;

	return kind == 0 || kind == PAGE_LARGE ? 0 : sizes[kind - 1];
}

static inline size_t
size_in_heap(const void *memory)
{
	uint8_t kind = *page_of(memory);

	return kind == PAGE_LARGE ? *((const size_t *)memory - 1) : sizes[(kind & ~PAGE_HOT) - 1];
}

static void *
heap_malloc(void *opaque, size_t size)
{
	unsigned class;

	(void)opaque;
	if (heap.state == HEAP_TO_MAKE)
		return take_while_made(size);
	if (IS_SANITIZED || size > SMALL)
		return malloc(size);
	class = class_of(size);
	return take_small(&heap.slabs[class], class);
}

static void *
heap_calloc(void *opaque, size_t count, size_t size)
{
	size_t product = count * size; /* QuickJS has checked it */
	void *memory;

	if (product > SMALL && heap.state != HEAP_TO_MAKE)
		return calloc(1, product);
	memory = heap_malloc(opaque, product);
	return memory == NULL ? NULL : memset(memory, 0, product);
}

static void
heap_free(void *opaque, void *memory)
{
	struct slab *slab;
	uint8_t page;

	(void)opaque;
	if (!is_in_heap(memory)) {
		free(memory);
		return;
	}
	if (heap.state == HEAP_TO_MAKE)
		memset(memory, 0, size_in_heap(memory));
	page = *page_of(memory);
	if (page == PAGE_LARGE) {
		if (heap.state == HEAP_TO_MAKE) /* else it stays: malloc gives new ones */
			add_large((uint8_t *)memory - 8, *((size_t *)memory - 1));
		return;
	}
	slab = (page & PAGE_HOT) && heap.state == HEAP_TO_MAKE ? &hot_slabs[(page & ~PAGE_HOT) - 1] : &heap.slabs[(page & ~PAGE_HOT) - 1];
	*(void **)memory = slab->free;
	slab->free = memory;
}

static void *
heap_realloc(void *opaque, void *memory, size_t size)
{
	size_t old;
	void *moved;

	if (memory == NULL)
		return heap_malloc(opaque, size);
	if (!is_in_heap(memory))
		return realloc(memory, size);
	old = size_in_heap(memory);
	if (size <= old && size >= old / 2)
		return memory;
	moved = heap_malloc(opaque, size);
	if (moved == NULL)
		return NULL;
	memcpy(moved, memory, old < size ? old : size);
	heap_free(opaque, memory);
	return moved;
}

static size_t
heap_usable_size(const void *memory)
{
	return is_in_heap(memory) ? size_in_heap(memory) : malloc_usable_size((void *)(uintptr_t)memory);
}

const JSMallocFunctions heap_functions = {heap_calloc, heap_malloc, heap_free, heap_realloc, heap_usable_size};
