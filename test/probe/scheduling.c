/* Sub-commands that look at what the process gets of processors, input and output, and memory. */
#define _GNU_SOURCE
#include "probe.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DEADLINE 6
#define IDLE 5

/* scheduler: without what the policy does not have, in place of which kernels tell other things, such as slices. */
static void run_scheduler(char **args)
{
	(void)args;
	struct {
		uint32_t size, policy;
		uint64_t flags;
		int32_t nice;
		uint32_t priority;
		uint64_t runtime, deadline, period;
	} now = { 0 };
	if (syscall(SYS_sched_getattr, 0, &now, sizeof now, 0) != 0)
		die("sched_getattr");
	if (now.policy != DEADLINE)
		now.runtime = now.deadline = now.period = 0;
	if (now.policy == IDLE)
		now.nice = 0;
	long io = syscall(SYS_ioprio_get, 1, 0);
	printf("scheduler %u flags %llu nice %d priority %u times %llu %llu %llu io %ld %ld\n", now.policy, (unsigned long long)now.flags,
	       now.nice, now.priority, (unsigned long long)now.runtime, (unsigned long long)now.deadline, (unsigned long long)now.period,
	       io >> 13, io & 0x1fff);
}

static void run_memory_policy(char **args)
{
	(void)args;
	int mode;
	unsigned long nodes[16] = { 0 };
	if (syscall(SYS_get_mempolicy, &mode, nodes, sizeof nodes * 8, NULL, 0) != 0)
		die("get_mempolicy");
	printf("memory policy %#x nodes %#lx\n", mode, nodes[0]);
}

const struct command scheduling_commands[] = {
	{ "scheduler", 0, run_scheduler },
	{ "memory-policy", 0, run_memory_policy },
	{ NULL, 0, NULL },
};
