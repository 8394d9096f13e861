/*
 * A file system that behaves as resctrl does towards those who use it, for machines whose processor has nothing to share: a new directory
 * has its files at once, and is removed with them; a line that the kernel would refuse is refused, and info/last_cmd_status says why.
 *
 * fake MOUNTPOINT WORDS…: mounts itself, executes the words, and ends with them.
 * fake --show MOUNTPOINT WORDS…: in there, executes words to which /proc/self/mountinfo shows the mount as what it plays.
 *
 * In a mount namespace of the caller's. FUSE protocol 7.31, fuse(4).
 */
#define _GNU_SOURCE
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void describe(unsigned node, struct fuse_attr *attr)
{
	*attr = (struct fuse_attr){ .ino = node, .size = strlen(nodes[node].text), .nlink = 1,
		.mode = nodes[node].directory ? S_IFDIR | 0755 : S_IFREG | 0644 };
}

static size_t list(unsigned node, uint64_t from, char *to, size_t room)
{
	size_t used = 0;
	for (uint64_t i = from < 2 ? 2 : from; i < NODES; i++) {
		if (!nodes[i].used || nodes[i].parent != node)
			continue;
		struct fuse_dirent entry = { .ino = i, .off = i + 1, .namelen = (uint32_t)strlen(nodes[i].name) };
		if (used + FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + entry.namelen) > room)
			break;
		memcpy(to + used, &entry, FUSE_NAME_OFFSET);
		memcpy(to + used + FUSE_NAME_OFFSET, nodes[i].name, entry.namelen);
		used += FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + entry.namelen);
	}
	return used;
}

static void enter(unsigned node, struct fuse_entry_out *out)
{
	out->nodeid = node;
	describe(node, &out->attr);
}

static int write_file(unsigned node, const struct fuse_write_in *in, struct fuse_write_out *out)
{
	char text[TEXT] = "";
	if (in->size >= sizeof text)
		return -EINVAL;
	memcpy(text, in + 1, in->size);
	out->size = in->size;
	return write_text(node, text);
}

/* Returns the size of what is in `out`, or minus errno. */
static int answer(const struct fuse_in_header *head, const void *in, char *out, size_t room)
{
	unsigned node = (unsigned)head->nodeid, made = 0;
	if (head->opcode != FUSE_INIT && (node >= NODES || !nodes[node].used))
		return -ENOENT;
	switch (head->opcode) {
	case FUSE_INIT:
		*(struct fuse_init_out *)out = (struct fuse_init_out){ .major = 7, .minor = 31, .max_write = 4096, .max_readahead = 4096 };
		return sizeof(struct fuse_init_out);
	case FUSE_LOOKUP:
		made = find(node, in);
		enter(made, (struct fuse_entry_out *)out);
		return made ? (int)sizeof(struct fuse_entry_out) : -ENOENT;
	case FUSE_GETATTR:
	case FUSE_SETATTR:
		describe(node, &((struct fuse_attr_out *)out)->attr);
		return sizeof(struct fuse_attr_out);
	case FUSE_MKDIR: {
		int result = make_group(node, (const char *)in + sizeof(struct fuse_mkdir_in), &made);
		enter(made, (struct fuse_entry_out *)out);
		return result < 0 ? result : (int)sizeof(struct fuse_entry_out);
	}
	case FUSE_RMDIR:
		return remove_group(node, in);
	case FUSE_OPEN:
	case FUSE_OPENDIR:
		((struct fuse_open_out *)out)->open_flags = FOPEN_DIRECT_IO;
		return sizeof(struct fuse_open_out);
	case FUSE_READ: {
		const struct fuse_read_in *read_in = in;
		size_t length = strlen(nodes[node].text), from = read_in->offset < length ? read_in->offset : length;
		memcpy(out, nodes[node].text + from, length - from);
		return (int)(length - from);
	}
	case FUSE_READDIR: {
		const struct fuse_read_in *read_in = in;
		return (int)list(node, read_in->offset, out, read_in->size < room ? read_in->size : room);
	}
	case FUSE_WRITE: {
		int result = write_file(node, in, (struct fuse_write_out *)out);
		return result < 0 ? result : (int)sizeof(struct fuse_write_out);
	}
	case FUSE_RELEASE:
	case FUSE_RELEASEDIR:
	case FUSE_FLUSH:
	case FUSE_ACCESS:
		return 0;
	case FUSE_STATFS:
		return sizeof(struct fuse_statfs_out);
	default:
		return -ENOSYS;
	}
}

static void serve(int device)
{
	static char in[65536], out[65536];
	ssize_t got;
	while ((got = read(device, in, sizeof in)) > 0 || (got < 0 && (errno == EINTR || errno == ENOENT))) {
		const struct fuse_in_header *head = (const struct fuse_in_header *)in;
		struct fuse_out_header *reply = (struct fuse_out_header *)out;
		if (got < 0 || head->opcode == FUSE_FORGET || head->opcode == FUSE_BATCH_FORGET || head->opcode == FUSE_INTERRUPT)
			continue;
		memset(out, 0, sizeof *reply + sizeof(struct fuse_entry_out) + sizeof(struct fuse_init_out));
		int size = answer(head, head + 1, out + sizeof *reply, sizeof out - sizeof *reply);
		*reply = (struct fuse_out_header){ .len = sizeof *reply + (size < 0 ? 0 : (unsigned)size), .error = size < 0 ? size : 0, .unique = head->unique };
		if (write(device, out, reply->len) < 0 && errno != ENOENT)
			fail("write /dev/fuse");
	}
}

/* The words' process sees the mount as one of type resctrl. */
static void show_as_resctrl(const char *mountpoint)
{
	char path[64], line[4096], copy[] = "/tmp/mountinfo-XXXXXX";
	snprintf(path, sizeof path, "/proc/%d/mountinfo", getpid());
	FILE *from = fopen(path, "re");
	int to = mkstemp(copy);
	if (!from || to < 0)
		fail("mountinfo");
	while (fgets(line, sizeof line, from)) {
		char *type = strstr(line, " - fuse ");
		if (type && strstr(line, mountpoint))
			strcpy(type, " - resctrl resctrl rw\n");
		if (write(to, line, strlen(line)) < 0)
			fail("write mountinfo");
	}
	if (mount(copy, path, NULL, MS_BIND, NULL) != 0)
		fail("mount mountinfo");
	unlink(copy);
}

int main(int argc, char **argv)
{
	char options[128];
	int device = open("/dev/fuse", O_RDWR | O_CLOEXEC), status;
	if (argc > 3 && strcmp(argv[1], "--show") == 0) {
		show_as_resctrl(argv[2]);
		execvp(argv[3], argv + 3);
		fail(argv[3]);
	}
	if (argc < 3 || device < 0)
		fail("fake MOUNTPOINT WORDS");
	plant();
	snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
	if (mount("resctrl", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) != 0)
		fail("mount");
	pid_t child = fork();
	if (child == 0) {
		serve(device);
		_exit(0);
	}
	close(device);
	pid_t words = fork();
	if (words == 0) {
		execvp(argv[2], argv + 2);
		fail(argv[2]);
	}
	if (child < 0 || words < 0 || waitpid(words, &status, 0) != words)
		fail("fork");
	umount2(argv[1], MNT_DETACH);
	waitpid(child, NULL, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
