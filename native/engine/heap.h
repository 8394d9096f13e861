/*
 * The heap of JavaScript as a part of the executable, so that a start neither reads bytecode nor evaluates modules.
 *
 *   1. linked with HEAP_TO_MAKE, the host loads all modules of its image, allocating in a region at the address of `heap`,
 *      and writes that region to a file: the snapshot
 *   2. linked with that file in place of `heap`, all else being at the same addresses, the host goes on where the first
 *      one stopped; the kernel reads a page of the snapshot when it is used, and copies it when it is written to
 *
 * While a heap is made, no function that reaches beyond the language may be called (host.c), so a snapshot depends on
 * nothing but the modules, and on the rehearsal (rehearsal.c). HEAP_NONE is a plain start.
 */
#ifndef HEAP_H
#define HEAP_H

#include <quickjs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SANITIZE_ADDRESS__ /* watches what malloc gives */
enum { IS_SANITIZED = true };
#else
enum { IS_SANITIZED = false };
#endif

enum heap_state { HEAP_NONE, HEAP_TO_MAKE, HEAP_MADE };

#define HEAP_PAGE 4096u
#define HEAP_SIZE (32u << 20) /* small objects beyond it come from malloc */
#define HEAP_PAGES (HEAP_SIZE / HEAP_PAGE)
#define HEAP_CLASSES 31
#define HEAP_GRAIN 8u /* divides every size of blocks */

/* Of a page: 0, or 1 + the class of its blocks, or that it is part of something larger. */
#define PAGE_LARGE 0x7f
#define PAGE_HOT 0x80

/* Small blocks of one size: those that were freed, and the rest of the newest page. */
struct slab {
	void *free;
	uint8_t *next, *end;
};

/* What the region begins with. */
struct heap {
	uint64_t state; /* enum heap_state */
	uint8_t *end;   /* of what is in use */
	JSContext *ctx;
	JSValue main; /* the function to call */
	struct slab slabs[HEAP_CLASSES];
	_Alignas(HEAP_PAGE) uint8_t pages[HEAP_PAGES];
};

extern struct heap heap;
extern uint8_t heap_memory[]; /* the same, and what follows it */

extern const JSMallocFunctions heap_functions;

/* The size of the blocks in a page of small ones, else 0. */
size_t heap_block_size(const void *page);
/* From here on reading the clock is an error, as of the functions of host.c. */
void forbid_clock(void);
/* Makes a snapshot of the region: nothing that is allocated later lies on its pages. Reports what went wrong; 0 or -1. */
int finish_heap(JSContext *ctx, JSValue main);
/* Writes it to a file. */
int save_heap(const char *path);

/* region.c. Before the first allocation, of a heap that is there as well. The region is `prepared` bytes ahead of its use. 0 or -1. */
int open_heap(size_t prepared);

/* profile.c. Reads a profile, which need not be there, and goes on with it. 0 or -1. */
int read_profile(const char *path);
bool is_hot_allocation(void); /* once for each, in their order */
void note_allocation(const void *block);
void add_to_profile(const void *block);
int write_profile(void);

/* rehearsal.c */
void watch_heap(void);
void watch_heap_again(void);
void lend_heap(const uint8_t *memory, size_t size);
int end_rehearsal(void);

#endif
