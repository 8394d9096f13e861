/*
 * Which small objects of the heap a run writes to: a page of the snapshot is copied when it is written to, which costs a
 * start more than anything else, so these should share pages. Runs while lamina is built.
 *
 * A rehearsal loads the modules, makes the snapshot's pages read-only, and runs the program. A fault tells the object,
 * and its page is writable until the next call of a function of the host's module. Objects are known by the number of
 * their allocation, which is the same each time. A profile has a bit for each; several rehearsals add to one.
 */
#include "engine.h"
#include "heap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NUMBERS (1u << 21) /* more allocations than that are not told apart */
#define GRAIN 8u

static uint8_t *hot; /* a bit for each number */
static uint32_t count, *numbers; /* by place in the region, in grains */
static const char *profile_path;
static uint8_t *watched_end, *opened[HEAP_PAGES];
static size_t opened_count;

int
begin_rehearsal(const char *profile)
{
	FILE *file = fopen(profile, "rb");

	profile_path = profile;
	hot = calloc(NUMBERS / 8, 1);
	numbers = calloc(HEAP_SIZE / GRAIN, sizeof *numbers);
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
		numbers[((const uint8_t *)block - heap_memory) / GRAIN] = count;
}

static uint8_t *
system_page_of(const uint8_t *at)
{
	return (uint8_t *)((uintptr_t)at / (uintptr_t)getpagesize() * (uintptr_t)getpagesize());
}

/* False if `at` does not lie in a small object of the snapshot. */
static bool
note_use(const uint8_t *at)
{
	size_t size = at >= heap_memory && at < watched_end ? heap_block_size(at) : 0, offset = (size_t)(at - heap_memory) % HEAP_PAGE;
	uint32_t number;

	if (size == 0)
		return false;
	number = numbers[(size_t)(at - offset + offset / size * size - heap_memory) / GRAIN];
	hot[number / 8] |= (uint8_t)(1 << number % 8);
	return true;
}

static void
on_fault(int signal_number, siginfo_t *fault, void *context)
{
	uint8_t *page = system_page_of(fault->si_addr);

	(void)context;
	if (!note_use(fault->si_addr) || mprotect(page, (size_t)getpagesize(), PROT_READ | PROT_WRITE) < 0)
		signal(signal_number, SIG_DFL); /* and again */
	else if (opened_count < countof(opened))
		opened[opened_count++] = page;
}

/* Pages of objects that are known to be written to are left alone. */
void
watch_heap(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	watched_end = heap.end;
	sigaction(SIGSEGV, &action, NULL);
	for (uint8_t *at = heap_memory; at < watched_end; at += HEAP_PAGE) {
		if (heap_block_size(at) != 0 && !(heap.pages[(at - heap_memory) / HEAP_PAGE] & PAGE_HOT))
			mprotect(at, HEAP_PAGE, PROT_READ); /* fails where the kernel's pages are larger; then less is found out */
	}
}

void
watch_heap_again(void)
{
	while (opened_count > 0)
		mprotect(opened[--opened_count], (size_t)getpagesize(), PROT_READ);
}

/* Memory that the kernel or a library is about to write to, which would not be told by a fault. */
void
lend_heap(const uint8_t *memory, size_t size)
{
	if (watched_end == NULL)
		return;
	for (size_t i = 0; i < size; i += GRAIN) {
		if (note_use(memory + i))
			mprotect(system_page_of(memory + i), (size_t)getpagesize(), PROT_READ | PROT_WRITE);
	}
}

/* Writes the profile, if this is a rehearsal. 0 or -1. */
int
end_rehearsal(void)
{
	FILE *file = watched_end == NULL ? NULL : fopen(profile_path, "wb");
	bool written;

	if (watched_end == NULL)
		return 0;
	written = file != NULL && fwrite(hot, NUMBERS / 8, 1, file) == 1;
	if (file != NULL && fclose(file) == 0 && written)
		return 0;
	report_line("Error: cannot write the profile");
	return -1;
}
