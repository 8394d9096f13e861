/* Reads a plan: after the first bad read nothing more is read. cursor.h states the guarantees. */
#include "cursor.h"

#include <stdlib.h>
#include <string.h>

static const unsigned char *
take(struct cursor *c, size_t len)
{
	const unsigned char *p = c->at;

	if (c->bad || (size_t)(c->end - c->at) < len) {
		c->bad = true;
		return NULL;
	}
	c->at += len;
	return p;
}

uint32_t
take_u32(struct cursor *c)
{
	const unsigned char *p = take(c, 4);

	return p == NULL ? 0 : (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

uint64_t
take_u64(struct cursor *c)
{
	uint64_t low = take_u32(c);

	return low | (uint64_t)take_u32(c) << 32;
}

const char *
take_str(struct cursor *c)
{
	size_t len = take_u32(c);
	const unsigned char *p = take(c, len);
	const unsigned char *nul = take(c, 1);

	if (p == NULL || nul == NULL || *nul != 0 || memchr(p, 0, len) != NULL) {
		c->bad = true;
		return "";
	}
	return (const char *)p;
}

struct cursor
take_slice(struct cursor *c, size_t len)
{
	const unsigned char *p = take(c, len);
	struct cursor slice = {p, p == NULL ? NULL : p + len, p == NULL};

	return slice;
}

const char **
take_strs(struct cursor *c, uint32_t spare)
{
	uint32_t count = take_u32(c);
	const char **strs;

	/* every string takes at least five bytes: a hostile count must not choose the size of the array */
	if (c->bad || count > (size_t)(c->end - c->at) / 5) {
		c->bad = true;
		return NULL;
	}
	strs = calloc((size_t)count + spare + 1, sizeof *strs);
	if (strs == NULL) {
		c->bad = true;
		return NULL;
	}
	for (uint32_t i = 0; i < count; i++)
		strs[i] = take_str(c);
	if (c->bad) {
		free(strs);
		return NULL;
	}
	return strs;
}
