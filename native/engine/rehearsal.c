/*
 * Which small objects of the heap a run writes to: a page of the snapshot is copied when it is written to, which costs a
 * start more than anything else, so these should share pages. Runs while lamina is built.
 *
 * A rehearsal loads the modules, makes the snapshot's pages read-only, and runs the program. A fault tells the object,
 * and its page is writable until the next call of a function of the host's module. profile.c collects the objects.
 */
#include "engine.h"
#include "heap.h"

#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static uint8_t *watched_end, *opened[HEAP_PAGES];
static size_t opened_count;

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

	if (size == 0)
		return false;
	add_to_profile(at - offset + offset / size * size);
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
	for (size_t i = 0; i < size; i += HEAP_GRAIN) {
		if (note_use(memory + i))
			mprotect(system_page_of(memory + i), (size_t)getpagesize(), PROT_READ | PROT_WRITE);
	}
}

/* Writes the profile, if this is a rehearsal. 0 or -1. */
int
end_rehearsal(void)
{
	if (watched_end == NULL || write_profile() == 0)
		return 0;
	fputs("Error: cannot write the profile\n", stderr);
	return -1;
}
