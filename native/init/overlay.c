/*
 * The root from layers, as an overlay. It is configured one layer at a time, so that an error names its layer, and never
 * attached on the host. Kernels before 6.7 want all layers in one string: mount_layers.
 */
#include "init.h"

#include <sys/mount.h>

int
do_new_overlay(struct cursor *f)
{
	uint32_t slot = take_u32(f);

	return f->bad ? bad_plan() : fill_slot(slot, (int)syscall(SYS_fsopen, "overlay", MOUNT_CLOEXEC));
}

/* `key` is lowerdir+ (top one first), upperdir or workdir; from here on the kernel holds the layer. */
static int
add_layer(int overlay, const char *key, int layer, bool by_name)
{
	char number[DECIMAL], name[32];

	if (!by_name)
		return (int)syscall(SYS_fsconfig, overlay, CONFIGURE_DESCRIPTOR, key, NULL, layer);
	if (concat(name, sizeof name, "/proc/self/fd/", decimal((uint32_t)layer, number), NULL) < 0)
		return -1;
	return sys_fsconfig(overlay, CONFIGURE_STRING, key, name);
}

int
do_add_layer(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char *key = take_str(f);
	uint32_t base = take_u32(f);
	const char *path = take_str(f);
	bool by_name = take_u32(f) != 0;
	int overlay = f->bad ? bad_plan() : slot_fd(slot);
	int dir = base == NO_SLOT ? AT_FDCWD : slot_fd(base);
	int layer = -1;

	if (overlay < 0 || (dir < 0 && dir != AT_FDCWD))
		return -1;
	layer = openat(dir, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (layer < 0)
		return -1;
	return closing(layer, add_layer(overlay, key, layer, by_name) < 0 ? keep_words(overlay) : 0);
}

/* Turns the context in the slot into a detached mount. */
int
do_finish_overlay(struct cursor *f)
{
	uint32_t slot = take_u32(f);
	const char **options = take_strs(f, 0);
	int overlay = f->bad ? bad_plan() : slot_fd(slot);
	int fd;

	if (overlay < 0)
		return -1;
	fd = finish_filesystem(overlay, "overlay", options, 0);
	return fd < 0 ? keep_words(overlay) : fill_slot(slot, fd);
}

/*
 * `parts` are pairs of text and a layer's path; the mount's data are the texts, each followed by the number of its open
 * layer. Each call opens its layer and recurses, so that all are open when the mount is made and closed afterwards.
 */
static int
mount_with(const char *path, const char **parts, char *data, size_t size)
{
	char number[DECIMAL];
	size_t used = strlen(data);
	int fd;

	if (parts[0] == NULL || parts[1] == NULL)
		return mount("overlay", path, "overlay", 0, data);
	fd = open(parts[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || concat(data + used, size - used, parts[0], decimal((uint32_t)fd, number), NULL) < 0)
		return closing(fd, -1);
	return closing(fd, mount_with(path, parts + 2, data, size));
}

/* In /proc/self/fd a layer's name is its number: so 500 of them fit into the page that mount(2) takes. */
int
do_mount_layers(struct cursor *f)
{
	static char data[4096];
	const char *path = take_str(f);
	const char **parts = take_strs(f, 0);
	int directory = f->bad ? bad_plan() : openat(self.proc, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int before = directory < 0 ? -1 : open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = -1;

	data[0] = 0;
	if (before >= 0 && fchdir(directory) == 0)
		result = mount_with(path, parts, data, sizeof data);
	if (before >= 0 && fchdir(before) < 0)
		result = -1;
	return closing(directory, closing(before, result));
}
