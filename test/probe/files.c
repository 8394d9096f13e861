/* Sub-commands that look at or touch files: devices, the environment, descriptors, and any path by name. */
#define _GNU_SOURCE
#include "probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

extern char **environ;

static char type_letter(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG: return '-';
	case S_IFDIR: return 'd';
	case S_IFLNK: return 'l';
	case S_IFCHR: return 'c';
	case S_IFBLK: return 'b';
	case S_IFIFO: return 'p';
	case S_IFSOCK: return 's';
	default: return '?';
	}
}

static void print_node(const char *label, const char *path, const struct stat *node)
{
	printf("%s %s %c %04o %u:%u", label, path, type_letter(node->st_mode), node->st_mode & 07777, node->st_uid, node->st_gid);
	if (S_ISCHR(node->st_mode) || S_ISBLK(node->st_mode))
		printf(" %u:%u", major(node->st_rdev), minor(node->st_rdev));
	if (S_ISLNK(node->st_mode)) {
		char target[4096];
		ssize_t length = readlink(path, target, sizeof target);
		if (length < 0)
			die(path);
		fputs(" -> ", stdout);
		print_escaped(target, (size_t)length);
	}
	putchar('\n');
}

static int skip_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int scan(const char *path, struct dirent ***entries)
{
	return scandir(path, entries, skip_dots, alphasort);
}

static void print_tree(const char *directory)
{
	struct dirent **entries;
	int count = scan(directory, &entries);
	if (count < 0)
		die(directory);
	for (int i = 0; i < count; i++) {
		char path[4096];
		struct stat node;
		snprintf(path, sizeof path, "%s/%s", directory, entries[i]->d_name);
		if (lstat(path, &node) != 0)
			die(path);
		print_node("device", path, &node);
		if (S_ISDIR(node.st_mode))
			print_tree(path);
		free(entries[i]);
	}
	free(entries);
}

static void run_devices(char **args)
{
	(void)args;
	print_tree("/dev");
}

static void run_env(char **args)
{
	(void)args;
	for (char **entry = environ; *entry; entry++) {
		fputs("env ", stdout);
		print_escaped(*entry, strlen(*entry));
		putchar('\n');
	}
}

static void run_cwd(char **args)
{
	(void)args;
	char path[4096];
	if (getcwd(path, sizeof path))
		printf("cwd %s\n", path);
	else
		report_errno("cwd");
}

static void run_args(char **args)
{
	for (; *args; args++) {
		fputs("arg ", stdout);
		print_escaped(*args, strlen(*args));
		putchar('\n');
	}
}

static void run_fds(char **args)
{
	(void)args;
	DIR *directory = opendir("/proc/self/fd");
	if (!directory)
		die("/proc/self/fd");
	char open_now[1024] = { 0 };
	for (struct dirent *entry; (entry = readdir(directory));) {
		int fd = skip_dots(entry) ? atoi(entry->d_name) : -1;
		if (fd >= 0 && fd < (int)sizeof open_now && fd != dirfd(directory))
			open_now[fd] = 1;
	}
	closedir(directory);
	fputs("fds", stdout);
	for (int fd = 0; fd < (int)sizeof open_now; fd++)
		if (open_now[fd])
			printf(" %d", fd);
	putchar('\n');
}

/* "cgroup CONTROLLERS PATH", without the hierarchy's number. */
static void run_cgroup(char **args)
{
	(void)args;
	FILE *file = open_or_die("/proc/self/cgroup");
	char line[4096];
	while (fgets(line, sizeof line, file)) {
		char *controllers = strchr(line, ':'), *path = controllers ? strchr(controllers + 1, ':') : NULL;
		if (!path)
			die("/proc/self/cgroup has a line of another form");
		*path = '\0';
		printf("cgroup %s %s", controllers[1] ? controllers + 1 : "unified", path + 1);
	}
	fclose(file);
}

/* read PATH: up to 4 KiB, the beginning of a longer file. */
static void run_read(char **args)
{
	char label[4200], content[4096];
	snprintf(label, sizeof label, "read %s", args[0]);
	int fd = open(args[0], O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, content, sizeof content);
	if (length < 0) {
		report_errno(label);
	} else {
		printf("%s ok ", label);
		print_escaped(content, (size_t)length);
		putchar('\n');
	}
	if (fd >= 0)
		close(fd);
}

static void put(const char *verb, char **args, int flags)
{
	char label[4200];
	snprintf(label, sizeof label, "%s %s", verb, args[0]);
	int fd = open(args[0], O_WRONLY | O_CLOEXEC | flags, 0644);
	size_t length = strlen(args[1]);
	if (fd < 0 || write(fd, args[1], length) != (ssize_t)length || close(fd) != 0)
		report_errno(label);
	else
		printf("%s ok\n", label);
}

static void run_write(char **args)
{
	put("write", args, O_CREAT | O_TRUNC);
}

static void run_append(char **args)
{
	put("append", args, O_CREAT | O_APPEND);
}

static void run_open(char **args)
{
	int fd = open(args[0], O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	printf("open %s %s\n", args[0], fd < 0 ? errno_name(errno) : "ok");
	if (fd >= 0)
		close(fd);
}

static void run_stat(char **args)
{
	struct stat node;
	if (lstat(args[0], &node) == 0)
		print_node("stat", args[0], &node);
	else
		printf("stat %s %s\n", args[0], errno_name(errno));
}

static void run_ls(char **args)
{
	struct dirent **entries;
	int count = scan(args[0], &entries);
	if (count < 0) {
		printf("ls %s %s\n", args[0], errno_name(errno));
		return;
	}
	printf("ls %s", args[0]);
	for (int i = 0; i < count; i++) {
		printf(" %s", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	putchar('\n');
}

static void run_mkdir(char **args)
{
	printf("mkdir %s %s\n", args[0], mkdir(args[0], 0755) == 0 ? "ok" : errno_name(errno));
}

/* mknod PATH c|b MAJOR MINOR */
static void run_mknod(char **args)
{
	mode_t type = args[1][0] == 'b' ? S_IFBLK : S_IFCHR;
	dev_t device = makedev((unsigned)number_or_die(args[2], 4095), (unsigned)number_or_die(args[3], 1048575));
	printf("mknod %s %s\n", args[0], mknod(args[0], type | 0600, device) == 0 ? "ok" : errno_name(errno));
}

static void run_chown(char **args)
{
	int failed = lchown(args[0], (uid_t)number_or_die(args[1], 4294967294), (gid_t)number_or_die(args[1], 4294967294));
	printf("chown %s %s\n", args[0], failed ? errno_name(errno) : "ok");
}

const struct command file_commands[] = {
	{ "devices", 0, run_devices },
	{ "env", 0, run_env },
	{ "cwd", 0, run_cwd },
	{ "args", REST, run_args },
	{ "fds", 0, run_fds },
	{ "cgroup", 0, run_cgroup },
	{ "read", 1, run_read },
	{ "write", 2, run_write },
	{ "append", 2, run_append },
	{ "open", 1, run_open },
	{ "stat", 1, run_stat },
	{ "ls", 1, run_ls },
	{ "mkdir", 1, run_mkdir },
	{ "mknod", 4, run_mknod },
	{ "chown", 2, run_chown },
	{ NULL, 0, NULL },
};
