/*
 * A profile of the small objects that lie in the heap when it is made: a bit for each that a run writes to. Objects are known
 * by the number of their allocation, which is the same each time. Several rehearsals (rehearsal.c) add to one profile.
 */
#include "heap.h"

#include <stdio.h>
#include <stdlib.h>

#define NUMBERS (1u << 21) /* more allocations than that are not told apart */

static uint8_t *hot; /* a bit for each number */
static uint32_t count, *numbers; /* by place in the region, in grains */
static const char *profile_path;

int
read_profile(const char *path)
{
	FILE *file = fopen(path, "rb");

	profile_path = path;
	hot = calloc(NUMBERS / 8, 1);
	numbers = calloc(HEAP_SIZE / HEAP_GRAIN, sizeof *numbers);
	if (hot == NULL || numbers == NULL)
		return -1;
	if (file != NULL) {
		size_t size = fread(hot, 1, NUMBERS / 8, file);
		bool is_read = !ferror(file) && size > 0;

		fclose(file);
		if (!is_read)
			return -1;
	}
	return 0;
}

bool
is_hot_allocation(void)
{
	return hot != NULL && ++count < NUMBERS && (hot[count / 8] & 1 << count % 8);
}

void
note_allocation(const void *block)
{
	if (hot != NULL && count < NUMBERS)
		numbers[((const uint8_t *)block - heap_memory) / HEAP_GRAIN] = count;
}

void
add_to_profile(const void *block)
{
	uint32_t number = numbers[((const uint8_t *)block - heap_memory) / HEAP_GRAIN];

	hot[number / 8] |= (uint8_t)(1 << number % 8);
}

int
write_profile(void)
{
	FILE *file = fopen(profile_path, "wb");
	bool written = file != NULL && fwrite(hot, NUMBERS / 8, 1, file) == 1;

	return file != NULL && fclose(file) == 0 && written ? 0 : -1;
}
