/* A library for tests of the FFI: each type in each position, and callbacks in all the ways that libraries make them. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>

#define ECHO(name, type) \
	type echo_##name(type value) \
	{ \
		return value; \
	} \
	type call_##name(type (*callback)(type), type value) \
	{ \
		return callback(value); \
	}

ECHO(i8, int8_t)
ECHO(u8, uint8_t)
ECHO(i16, int16_t)
ECHO(u16, uint16_t)
ECHO(i32, int32_t)
ECHO(u32, uint32_t)
ECHO(i64, int64_t)
ECHO(u64, uint64_t)
ECHO(f64, double)
ECHO(pointer, void *)

typedef int32_t all_types(uint8_t, int64_t, uint16_t, void *, int32_t, uint64_t, double, int8_t, uint32_t, int16_t);

/* More arguments than registers. */
const char *
describe(uint8_t a, int64_t b, uint16_t c, void *d, int32_t e, uint64_t f, double g, int8_t h, uint32_t i, int16_t j)
{
	static char text[256];

	snprintf(text, sizeof text, "%u %ld %u %lu %d %lu %g %d %u %d", a, (long)b, c, (unsigned long)(uintptr_t)d, e, (unsigned long)f, g, h, i, j);
	return text;
}

int32_t
call_with_all(all_types *callback)
{
	return callback(200, -5, 60000, (void *)4096, -7, UINT64_MAX, 0.5, -8, 4000000000u, -300);
}

static int (*kept)(void);

void
keep(int (*callback)(void))
{
	kept = callback;
}

int
call_kept(void)
{
	return kept == NULL ? -1 : kept();
}

static void *
run_kept(void *result)
{
	*(int *)result = call_kept();
	return NULL;
}

int
call_kept_in_thread(void)
{
	pthread_t thread;
	int result = -2;

	if (pthread_create(&thread, NULL, run_kept, &result) != 0)
		return -3;
	pthread_join(thread, NULL);
	return result;
}

/* Writes to memory after calling back, like a reader that asks for more. */
void
fill_after(void (*callback)(void), unsigned char *memory, int size)
{
	callback();
	for (int i = 0; i < size; i++)
		memory[i] = (unsigned char)i;
}
