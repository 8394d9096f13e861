/* Reads a plan. After the first bad read all later ones return zero or "", and `bad` stays set. */
#ifndef CURSOR_H
#define CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cursor {
	const unsigned char *at;
	const unsigned char *end;
	bool bad;
};

uint32_t take_u32(struct cursor *c);
uint64_t take_u64(struct cursor *c);

/* Points into the plan; NUL-terminated, and without another NUL inside. */
const char *take_str(struct cursor *c);

struct cursor take_slice(struct cursor *c, size_t len);

/*
 * A NULL-terminated array of strings, in memory that is never freed (init ends with exec), with room for `spare` more
 * entries at the end. NULL and `bad` if the plan is malformed or memory is short.
 */
const char **take_strs(struct cursor *c, uint32_t spare);

#endif
