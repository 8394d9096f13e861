/*
 * What scripts/build-engine.ts puts into the executable: the image of image.h, IMAGE being the path of its file, and the heap
 * of heap.h: either the one in the file HEAP, or an empty one in STATE.
 */
#define HEAP_NONE 0 /* enum heap_state */
#define HEAP_TO_MAKE 1

#if defined(__aarch64__)
#define LARGEST_PAGE 65536
#else
#define LARGEST_PAGE 4096
#endif

	.section .image, "a", %progbits
	.balign LARGEST_PAGE
embedded_image:
	.incbin IMAGE
	.size embedded_image, . - embedded_image
	.type embedded_image, %object

	.section .heap, "aw", %progbits
	.balign LARGEST_PAGE
	.globl heap, heap_memory
	.hidden heap, heap_memory
	.type heap, %object
	.type heap_memory, %object
heap:
heap_memory:
#ifdef HEAP
	.incbin HEAP
#else
	.quad STATE
	.zero 65528
#endif
	.size heap, . - heap

	/* the image is further away than the address in an instruction reaches */
	.section .data.rel.ro.image, "aw", %progbits
	.balign 8
	.globl image
	.hidden image
	.type image, %object
image:
	.quad embedded_image
	.size image, 8
	.section .note.GNU-stack, "", %progbits
