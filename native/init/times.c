/*
 * When each step ended, for `--timeline`: written to memory that the host made, and reads when init is done or gone. Nothing is mapped, and
 * no clock read, unless the host asks for it. What is kept of the host's is this memory, which leads nowhere; execve(2) ends it.
 */
#include "init.h"

#include <sys/auxv.h>
#include <sys/mman.h>

#define TIMES_MAX (1 << 20)
#define SECOND 1000000000ll
#define NOISE 1000000ll /* two readings of two clocks differ by less, and two time namespaces by more */

static struct {
	volatile uint64_t *at; /* laid out as TIMES says; NULL unless the host asked */
	uint32_t steps;        /* how many have room */
	int64_t shift;         /* what this process's monotonic clock lacks to be the host's */
	bool is_silent;        /* reading the clock is no system call, which a filter might refuse */
} times;

static int64_t
read_clock(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

/* time_namespaces(7) change the monotonic clock, and leave the distance to the time of day to tell by how much. */
void
follow_clock(void)
{
	int64_t shift;

	if (times.at == NULL)
		return;
	shift = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC) - (int64_t)times.at[TIMES_DISTANCE];
	times.shift = shift > -NOISE && shift < NOISE ? 0 : shift;
}

/* Only memory that nobody can shrink is written to. */
static bool
is_memory(int fd, struct stat *st)
{
	int seals = fcntl(fd, F_GET_SEALS);

	return seals > 0 && (seals & F_SEAL_SHRINK) != 0 && fstat(fd, st) == 0 && st->st_size >= TIMES_FIRST * 8 && st->st_size <= TIMES_MAX;
}

void
map_times(int fd)
{
	struct stat st;
	void *map;

	if (fd < 0)
		return;
	map = is_memory(fd, &st) ? mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	close(fd);
	if (map == MAP_FAILED)
		return; /* the host finds no times, and says so */
	times.at = map;
	times.steps = (uint32_t)(st.st_size / 8) - TIMES_FIRST;
	times.is_silent = times.at[TIMES_SILENT] != 0 && getauxval(AT_SYSINFO_EHDR) != 0;
	follow_clock();
	times.at[TIMES_BEGUN] = (uint64_t)(read_clock(CLOCK_MONOTONIC) + times.shift);
}

void
forget_times(void)
{
	if (times.at != NULL && !self.is_filtered)
		munmap((void *)times.at, (TIMES_FIRST + times.steps) * 8);
	times.at = NULL;
}

void
note_time(bool has_failed)
{
	int saved = errno;
	uint64_t now;

	if (times.at == NULL || self.step >= times.steps || (self.is_filtered && !times.is_silent))
		return;
	now = (uint64_t)(read_clock(CLOCK_MONOTONIC) + times.shift);
	times.at[TIMES_FIRST + self.step] = (now & ~1ull) | has_failed;
	errno = saved;
}
