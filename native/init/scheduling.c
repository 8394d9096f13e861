/* Which processors and how much of their time the program gets. */
#include "init.h"

#define MOST_PROCESSORS 8192

int
do_set_affinity(struct cursor *f)
{
	static unsigned char mask[MOST_PROCESSORS / 8]; /* as the kernel takes it on little-endian machines */
	uint32_t count = take_u32(f);

	memset(mask, 0, sizeof mask);
	for (uint32_t i = 0; i < count && !f->bad; i++) {
		uint32_t processor = take_u32(f);

		if (processor >= MOST_PROCESSORS)
			return bad_plan();
		mask[processor / 8] |= (unsigned char)(1u << processor % 8);
	}
	return f->bad ? bad_plan() : (int)syscall(SYS_sched_setaffinity, 0, sizeof mask, mask);
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
