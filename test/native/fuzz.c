/*
 * Feeds damaged plans to the interpreter of native/init/init.c, in one process, under sanitizers. Nothing that a plan asks for
 * happens: every call in native/ that reaches the kernel is replaced by one of pretended-calls.h, and fuzz.test.ts refuses
 * to run it if one is missing.
 *
 *   fuzz truncations PLAN           every proper prefix of the plan must be refused as damaged, and the plan accepted
 *   fuzz mutations PLAN SEED COUNT  whatever the calls pretend, nothing may be read or written out of bounds
 */
#define main init_main
#include "../../native/init/init.c"
#undef main

#include "pretended-calls.h"

#include <stdio.h>

#define PLAN_MAX (1 << 20)

/* Runs a copy that ends exactly at the end of its allocation, so that the sanitizer sees any read beyond; 0, or its errno. */
static int
try_plan(const unsigned char *bytes, size_t len)
{
	unsigned char *copy = malloc(len);
	struct cursor plan = {copy, copy + len, false};
	volatile int error = -1; /* ended */

	memcpy(copy, bytes, len);
	self = (struct init){.host = 900, .start = 901, .console = 902, .proc = 903, .null = 904, .root = -1, .words = -1};
	for (int i = 0; i < SLOTS; i++)
		self.slots[i] = -1;
	if (setjmp(ended) == 0)
		error = run_plan(plan) == 0 ? 0 : errno;
	free(copy);
	return error;
}

static void
mutate(unsigned char *bytes, size_t *len)
{
	static const uint32_t values[] = {0, 1, 4, 63, 64, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffb, 0x40000000};
	uint32_t at = random_below((uint32_t)*len), count = random_below(64);

	switch (random_below(6)) {
	case 0:
		bytes[at] ^= (unsigned char)(1u << random_below(8));
		break;
	case 1:
		bytes[at] = (unsigned char)random_below(256);
		break;
	case 2:
		if (at + 4 <= *len)
			memcpy(bytes + at, &values[random_below(sizeof values / sizeof *values)], 4);
		break;
	case 3: /* off by a little: lengths that almost fit */
		bytes[at] = (unsigned char)(bytes[at] + random_below(9) - 4);
		break;
	case 4: /* a piece is copied over another */
		if (at + count <= *len)
			memmove(bytes + random_below((uint32_t)*len - count), bytes + at, count);
		break;
	default: /* a piece is missing */
		if (at + count < *len && *len - count > 12) {
			memmove(bytes + at, bytes + at + count, *len - at - count);
			*len -= count;
		}
	}
}

/* Otherwise a wrong header alone would get nearly all refused. */
static void
repair_header(unsigned char *bytes, const unsigned char *plan, size_t size)
{
	uint32_t rest = (uint32_t)size - 12;

	memcpy(bytes, plan, 8);
	memcpy(bytes + 8, &rest, 4);
}

static int
run_truncations(const unsigned char *plan, size_t len)
{
	unsigned refused = 0;

	obliging = true;
	if (try_plan(plan, len) != 0)
		return puts("the whole plan was refused") < 0;
	for (size_t i = 0; i < len; i++)
		refused += try_plan(plan, i) == EBADMSG;
	return printf("%u of %zu refused\n", refused, len) < 0;
}

static int
run_mutations(const unsigned char *plan, size_t len, unsigned count)
{
	static unsigned char bytes[PLAN_MAX];
	unsigned refused = 0;

	for (unsigned i = 0; i < count; i++) {
		size_t size = len;
		unsigned changes = 1 + random_below(3);

		memcpy(bytes, plan, len);
		while (changes-- > 0)
			mutate(bytes, &size);
		if (random_below(16) != 0)
			repair_header(bytes, plan, size);
		mood = 2 + random_below(64);
		refused += try_plan(bytes, size) == EBADMSG;
	}
	return printf("%u mutations, %s refused\n", count, refused == 0 ? "none" : refused == count ? "all" : "some") < 0;
}

int
main(int argc, char **argv)
{
	static unsigned char plan[PLAN_MAX];
	FILE *file = argc > 2 ? fopen(argv[2], "r") : NULL;
	size_t len = file == NULL ? 0 : fread(plan, 1, sizeof plan, file);

	obliging = true;
	if (len == 0 || mount("", "", "", 0, NULL) != 0 || syscall(SYS_getpid, 0) != 0)
		return 2; /* no plan, or linked without --wrap: then the plan would really be executed */
	obliging = false;
	random_state = argc > 3 ? strtoull(argv[3], NULL, 10) * 2 + 1 : 1;
	return strcmp(argv[1], "truncations") == 0 ? run_truncations(plan, len) : run_mutations(plan, len, argc > 4 ? (unsigned)atoi(argv[4]) : 1);
}
