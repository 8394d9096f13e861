/* What init has, and its descriptors in slots. */
#include "init.h"

struct init self;

int
bad_plan(void)
{
	errno = EBADMSG;
	return -1;
}

int
closing(int fd, int result)
{
	int saved = errno;

	if (fd >= 0)
		close(fd);
	errno = saved;
	return result;
}

int
slot_fd(uint32_t slot)
{
	if (slot >= SLOTS)
		return bad_plan();
	if (self.slots[slot] < 0)
		errno = EBADF;
	return self.slots[slot];
}

int
fill_slot(uint32_t slot, int fd)
{
	if (fd < 0)
		return -1;
	if (slot >= SLOTS) {
		close(fd);
		return bad_plan();
	}
	empty_slot(slot);
	self.slots[slot] = fd;
	return 0;
}

void
empty_slot(uint32_t slot)
{
	self.slots[slot] = closing(self.slots[slot], -1);
}
