/*
 * The null device. An image's may be anything (CVE-2025-31133), and the host's is shared by everyone: nobody in a container
 * may change its owner, mode or times.
 */
#include "init.h"

static bool
is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == DEVICE(1, 3);
}

/* The container's, or the host's while it can be reached. O_PATH; -1 with ENODEV if it is something else. */
static int
open_null(bool of_host)
{
	int fd = of_host ? open("/dev/null", O_PATH | O_NOFOLLOW | O_CLOEXEC) : open_in_root("/dev/null", 0);

	if (fd < 0 || is_null(fd))
		return fd;
	errno = ENODEV;
	return closing(fd, -1);
}

int
do_open_null(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	bool of_host = take_u32(f) != 0;

	return f->bad ? bad_plan() : fill_slot(slot, open_null(of_host));
}

/* A stream on the host's device goes through a read-only mount, which allows writing to it and nothing else. */
static int
open_stream(bool of_host)
{
	int null = open_null(of_host);
	int path = of_host && null >= 0 ? closing(null, clone_readonly(null, 0)) : null;

	return path < 0 ? -1 : closing(path, reopen(path, O_RDWR | O_NOCTTY | O_CLOEXEC));
}

/* Through the container's streams the caller's null device could be changed. */
int
do_reopen_null(struct cursor *f)
{
	bool of_host = take_u32(f) != 0;
	int fd = -1, result = 0;

	if (f->bad)
		return bad_plan();
	for (int stream = 0; stream < 3 && result == 0; stream++) {
		if (!is_null(stream))
			continue;
		if (fd < 0)
			fd = open_stream(of_host);
		result = fd < 0 || dup2(fd, stream) < 0 ? -1 : 0;
	}
	return closing(fd, result);
}
