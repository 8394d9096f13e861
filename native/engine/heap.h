/*
 * The heap of JavaScript as a part of the executable, so that a start neither reads bytecode nor evaluates modules.
 *
 *   1. linked with HEAP_TO_MAKE, the host loads all modules of its image, allocating in a region at the address of `heap`,
 *      and writes that region to a file: the snapshot
 *   2. linked with that file in place of `heap`, all else being at the same addresses, the host goes on where the first
 *      one stopped; the kernel reads a page of the snapshot when it is used, and copies it when it is written to
 *
 * While a heap is made, no function that reaches beyond the language may be called (host.c), so a snapshot depends on
 * nothing but the modules. HEAP_NONE is a plain start, with all memory from malloc.
 */
#ifndef HEAP_H
#define HEAP_H

#include <quickjs.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum heap_state { HEAP_NONE, HEAP_TO_MAKE, HEAP_MADE };

struct free_block;

/* What the region begins with. */
struct heap {
	uint64_t state; /* enum heap_state */
	uint8_t *end;   /* of what is in use */
	JSContext *ctx;
	JSValue main; /* the function to call */
	/* while it is made: */
	struct free_block *free;
	struct free_page *free_pages;
	bool full; /* nothing more is given out */
};

extern struct heap heap;
extern uint8_t heap_memory[]; /* the same, and what follows it */

extern const JSMallocFunctions heap_functions;

/* Before the first allocation of a heap that is to be made. */
int begin_heap(void);
/* From here on reading the clock is an error, as of the functions of host.c. */
void forbid_clock(void);
/* Writes the snapshot. Reports what went wrong; 0 or -1. */
int save_heap(JSContext *ctx, JSValue main, const char *path);

#endif
