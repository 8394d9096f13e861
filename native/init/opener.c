/*
 * Sources of bind mounts that the root of a user namespace cannot reach, or whose ids only the host can map. A child with the
 * host's rights opens them where init is: in the container's mount namespace, which has the mounts made so far, and in which
 * the kernel has locked what the host forbids (mount_namespaces(7)), so that no clone allows more.
 *
 *   init                                        the opener
 *   fork_opener                      ─────────▶ has a socket to init, and nothing else
 *   lead_opener: root, mount namespace ───────▶ enters them
 *   open_as_host: path               ─────────▶ clones the mount there
 *   idmap_as_host: mount, user namespace ─────▶ maps its ids
 *                                    ◀───────── errno, and the result: after every request
 *   end_opener: the end of file      ─────────▶ ends
 */
#include "init.h"

#include <limits.h>
#include <sched.h>

enum { HOLD, ENTER, OPEN, MAP };

struct request {
	uint32_t what;
	uint32_t recursive;
	uint32_t is_foreign; /* as in struct init */
	char path[PATH_MAX];
};

/* In the opener. The descriptor held so far, if any, is part of the request. Returns the result, or 0 if there is none. */
static int
answer(const struct request *request, int fd, int held)
{
	unsigned recursive = request->recursive ? TREE_RECURSIVE : 0;
	struct mount_attributes attr = {.set = ATTRIBUTE_IDMAP, .userns = (uint64_t)fd};

	switch (request->what) {
	case ENTER: /* setns(2) moves to the namespace's root; init's may differ */
		return setns(fd, CLONE_NEWNS) < 0 || fchdir(held) < 0 ? -1 : chroot(".");
	case OPEN:
		return clone_source(request->path, request->recursive != 0, request->is_foreign != 0);
	case MAP:
		return sys_mount_setattr(held, recursive, &attr);
	}
	return 0;
}

static void
serve(void)
{
	static struct request request;
	int fd, held = -1, result;

	while (receive_with(SOCKET_AT, &request, sizeof request, &fd) == 0) {
		result = answer(&request, fd, held);
		uint32_t error = result < 0 ? (uint32_t)errno : 0;

		closing(held, 0);
		held = request.what == HOLD ? fd : closing(fd, -1);
		if (send_with(SOCKET_AT, &error, sizeof error, result > 0 ? result : -1) < 0)
			break;
		if (result > 0)
			close(result);
	}
	_exit(0);
}

int
do_fork_opener(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	long pid = f->bad ? bad_plan() : fork_aside(slot);

	if (pid == 0)
		serve();
	return pid < 0 ? -1 : 0;
}

/* Sends the opener a request, with a descriptor or -1. Returns the descriptor that it sends back, 0 for none, or -1 with its errno. */
static int
ask(int opener, uint32_t what, uint32_t recursive, const char *path, int fd)
{
	static struct request request;
	uint32_t error;
	int got;

	request.what = what;
	request.recursive = recursive;
	request.is_foreign = self.is_foreign;
	if (concat(request.path, sizeof request.path, path, NULL) < 0 || send_with(opener, &request, sizeof request, fd) < 0 ||
	    receive_with(opener, &error, sizeof error, &got) < 0)
		return -1;
	if (got >= 0 && fcntl(got, F_SETFD, FD_CLOEXEC) < 0)
		return closing(got, -1);
	if (error == 0)
		return got < 0 ? 0 : got;
	errno = (int)error;
	return closing(got, -1);
}

int
do_lead_opener(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	int opener = f->bad ? bad_plan() : slot_fd(slot);
	int root = opener < 0 ? -1 : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int namespace = root < 0 ? -1 : openat(self.proc, "self/ns/mnt", O_RDONLY | O_CLOEXEC);
	int result = -1;

	if (namespace >= 0 && ask(opener, HOLD, 0, "", root) >= 0)
		result = ask(opener, ENTER, 0, "", namespace);
	return closing(root, closing(namespace, result));
}

int
do_open_as_host(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	uint32_t from = take_u32(f);
	const char *source = take_str(f);
	uint32_t recursive = take_u32(f);
	int opener = f->bad ? bad_plan() : slot_fd(from);

	return opener < 0 ? -1 : fill_slot(slot, ask(opener, OPEN, recursive, source, -1));
}

int
do_idmap_as_host(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	uint32_t from = take_u32(f);
	uint32_t namespace = take_u32(f);
	uint32_t recursive = take_u32(f);
	int mount = f->bad ? bad_plan() : slot_fd(slot);
	int opener = mount < 0 ? -1 : slot_fd(from);
	int map = opener < 0 ? -1 : slot_fd(namespace);

	return map < 0 || ask(opener, HOLD, 0, "", mount) < 0 ? -1 : ask(opener, MAP, recursive, "", map);
}

int
do_end_opener(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	int opener = f->bad ? bad_plan() : slot_fd(slot);

	if (opener < 0)
		return -1;
	self.slots[slot] = -1;
	return close(opener);
}
