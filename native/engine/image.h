/*
 * What is embedded in the executable, as compile.c writes it and modules.c reads it. Both run the same byte order.
 *
 *   struct image_header
 *   struct image_entry × count        modules first; the program is the function `main` of the first one
 *   names, each with a NUL · data, each aligned to IMAGE_ALIGNMENT
 *
 * Offsets count from the beginning. The data is in the order of the entries; pages that nobody needs are never read.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdint.h>

#define IMAGE_MAGIC 0x31474d49u /* "IMG1" */
#define IMAGE_ALIGNMENT 16u

enum image_kind { IMAGE_MODULE, IMAGE_FILE };

struct image_header {
	uint32_t magic, count;
};

struct image_entry {
	uint32_t name, kind, data, size;
};

#endif
