/* Which processors and how much of their time the program gets, and which memory. */
#include "init.h"

#define MOST_PROCESSORS 8192
#define MOST_NODES 1024

/* Sets the bits whose numbers are in the plan, as the kernel takes them on little-endian machines, and returns how many; or -1. */
static int
take_bits(struct cursor *f, unsigned char *bits, uint32_t most)
{
	uint32_t count = take_u32(f);

	for (uint32_t i = 0; i < count && !f->bad; i++) {
		uint32_t bit = take_u32(f);

		if (bit >= most)
			return bad_plan();
		bits[bit / 8] |= (unsigned char)(1u << bit % 8);
	}
	return f->bad ? bad_plan() : (int)count;
}

int
do_set_affinity(struct cursor *f)
{
	unsigned char mask[MOST_PROCESSORS / 8] = {0};

	return take_bits(f, mask, MOST_PROCESSORS) < 0 ? -1 : (int)syscall(SYS_sched_setaffinity, 0, sizeof mask, mask);
}

/* The kernel counts one node less than it is told. */
int
do_set_memory_policy(struct cursor *f)
{
	unsigned char nodes[MOST_NODES / 8] = {0};
	uint32_t mode = take_u32(f);
	int count = take_bits(f, nodes, MOST_NODES);

	return count < 0 ? -1 : (int)syscall(SYS_set_mempolicy, mode, count == 0 ? NULL : nodes, count == 0 ? 0 : MOST_NODES + 1);
}

/* struct sched_attr of sched_setattr(2), second version */
struct scheduling {
	uint32_t size, policy;
	uint64_t flags;
	uint32_t nice, priority;
	uint64_t runtime, deadline, period;
	uint32_t lowest_use, highest_use;
};

int
do_set_scheduler(struct cursor *f)
{
	struct scheduling attr = {.size = sizeof attr};

	attr.policy = take_u32(f);
	attr.flags = take_u64(f);
	attr.nice = take_u32(f);
	attr.priority = take_u32(f);
	attr.runtime = take_u64(f);
	attr.deadline = take_u64(f);
	attr.period = take_u64(f);
	return f->bad ? bad_plan() : (int)syscall(SYS_sched_setattr, 0, &attr, 0);
}

int
do_set_io_priority(struct cursor *f)
{
	uint32_t priority = take_u32(f);

	return f->bad ? bad_plan() : (int)syscall(SYS_ioprio_set, 1 /* IOPRIO_WHO_PROCESS */, 0, priority);
}
