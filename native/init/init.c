/*
 * The container side. Reads a plan (src/plan/steps/wire.ts draws the format), executes one step after another, and reports to the
 * host in numbers (src/host/init/handshake.ts draws the protocol). It knows steps, not OCI, and decides nothing: the plan says
 * what to do when a step fails.
 *
 * Called as: init BASE GIVEN. From BASE on are the descriptors that wire.ts lists, as far as their bits are in GIVEN; those below BASE and
 * above 2 belong to the container (--preserve-fds). supervisor.c explains further arguments.
 */
#include "init.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static int (*const handlers[])(struct cursor *) = {
#define HANDLER(code, op) [code] = do_##op,
	STEPS(HANDLER)
#undef HANDLER
};

static int
run_step(uint32_t opcode, struct cursor *fields)
{
	if (opcode >= sizeof handlers / sizeof *handlers || handlers[opcode] == NULL)
		return bad_plan();
	if (handlers[opcode](fields) < 0)
		return -1;
	return fields->bad || fields->at != fields->end ? bad_plan() : 0;
}

static int
run_plan(struct cursor plan)
{
	bool ours = take_u32(&plan) == WIRE_ID;
	uint32_t count = take_u32(&plan);
	struct cursor steps = take_slice(&plan, take_u32(&plan));
	bool skip = false;

	if (!ours || steps.bad || plan.at != plan.end)
		return bad_plan();

	for (self.step = 0; self.step < count; self.step++) {
		uint32_t opcode = take_u32(&steps);
		uint32_t on_failure = take_u32(&steps);
		struct cursor fields = take_slice(&steps, take_u32(&steps));
		int result;

		if (fields.bad || on_failure > ON_FAILURE_ELSE)
			return bad_plan();
		if (skip) { /* this step is only the fallback of the one before, which worked */
			skip = on_failure == ON_FAILURE_ELSE;
			continue;
		}
		result = run_step(opcode, &fields);
		note_time(result < 0);
		if (result < 0 && (on_failure == ON_FAILURE_STOP || errno == EBADMSG))
			return -1;
		if (result < 0 && on_failure == ON_FAILURE_WARN && tell_host(MESSAGE_WARNING, (uint32_t)errno) < 0)
			return -1;
		if (result == 0 || on_failure != ON_FAILURE_ELSE)
			self.words = closing(self.words, -1);
		skip = result == 0 && on_failure == ON_FAILURE_ELSE;
	}
	return steps.bad || steps.at != steps.end ? bad_plan() : 0;
}

/* Maps the plan. A descriptor that is not a file of a sensible size gives a plan that fails at the first word. */
static struct cursor
map_plan(int fd)
{
	struct cursor plan = {NULL, NULL, true};
	struct stat st;
	void *map;

	if (fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > 64 << 20)
		return plan;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return plan;
	close(fd);
	plan.at = map;
	plan.end = plan.at + st.st_size;
	plan.bad = false;
	return plan;
}

/* The engine that spawned us ignores some signals; a container's process starts with none ignored or blocked. */
static void
reset_signals(void)
{
	sigset_t none;

	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		signal(signal_number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
fail(void)
{
	return tell_host(MESSAGE_FAILED, (uint32_t)errno) == 0 ? 1 : 2;
}

/* The C library would try for ever where the container's filter forbids exit_group(2) and exit(2). */
static _Noreturn void
end(int status)
{
	syscall(SYS_exit_group, status);
	__builtin_trap();
}

/* A caller may have closed its standard streams: no descriptor that init opens may take their place. */
static void
fill_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd < 3);
	closing(fd, 0);
}

/* Opens `path` at a number from `given` on: the numbers of descriptors that init was not given stay free, as they are closed by number. */
static int
open_above(int given, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	return closing(fd, fcntl(fd, F_DUPFD_CLOEXEC, given));
}

int
main(int argc, char **argv)
{
	int base = argc > 1 ? atoi(argv[1]) : 3;
	int given[GIVEN_COUNT];

	for (int i = 0; i < SLOTS; i++)
		self.slots[i] = -1;
	self.host = base + (int)GIVEN_HOST;
	if (take_given(base, argc > 2 ? argv[2] : "", given) < 0)
		return fail();
	self.start = given[GIVEN_START];
	self.console = given[GIVEN_CONSOLE];
	self.container = given[GIVEN_CONTAINER];
	self.container_root = given[GIVEN_CONTAINER_ROOT];
	self.root = -1;
	self.words = -1;
	fill_streams();
	self.proc = open_above(base + GIVEN_COUNT, "/proc", O_PATH | O_DIRECTORY);
	self.null = open_above(base + GIVEN_COUNT, "/dev/null", O_RDWR);
	prctl(PR_SET_NAME, "lamina:init");
	prctl(PR_SET_DUMPABLE, 0);
	reset_signals();

	self.step = NO_STEP;
	if (argc > 5 && supervise(given, argv + 3) < 0)
		return fail();
	self.step = 0;
	map_times(given[GIVEN_TIMES]);
	if (run_plan(map_plan(given[GIVEN_PLAN])) == 0)
		return 0;
	end(fail());
}
