/* The last steps: working directory, HOME, finding the program, and executing it. */
#include "init.h"

#include <limits.h>
#include <stdlib.h>

#define PASSWD_MAX (16u << 20)

/*
 * A path as the container's processes will see it, below what is now "/". The image may have led it through a descriptor of
 * this process (/proc/self/fd): such links are not followed, unless config.json itself names one.
 */
static int
open_path(const char *path, uint64_t flags, bool magic_links)
{
	struct open_how_arguments how = {.flags = flags | O_CLOEXEC, .resolve = magic_links ? 0 : NO_MAGIC_LINKS};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}

/* A working directory outside the root would let the container escape (CVE-2024-21626): getcwd must be able to name it. */
static int
enter_directory(const char *path)
{
	char cwd[PATH_MAX];
	int fd = open_path(path, O_PATH | O_DIRECTORY, false);

	if (fd < 0 || closing(fd, fchdir(fd)) < 0)
		return -1;
	if (syscall(SYS_getcwd, cwd, sizeof cwd) < 0)
		return -1;
	if (cwd[0] == '/')
		return 0;
	errno = EXDEV;
	return -1;
}

int
do_chdir(struct cursor *f)
{
	const char *path = take_str(f);

	return f->bad ? bad_plan() : enter_directory(path);
}

int
do_chdir_as(struct cursor *f)
{
	const char *path = take_str(f);
	uint32_t uid = take_u32(f);
	long before;
	int result;

	if (f->bad)
		return bad_plan();
	before = syscall(SYS_setfsuid, uid);
	result = enter_directory(path);
	syscall(SYS_setfsuid, before);
	return result;
}

/* The home directory in `line` of passwd(5) if that is the entry of `uid`; NULL otherwise. Modifies the line. */
static char *
home_in(char *line, const char *uid)
{
	char *field[6];

	for (int i = 0; i < 6; i++) {
		field[i] = line == NULL ? NULL : strsep(&line, ":");
		if (field[i] == NULL)
			return NULL;
	}
	return strcmp(field[2], uid) == 0 ? field[5] : NULL;
}

/* Opened as the container's user, with no more rights than the program will have. NULL unless it is a regular file of a sensible size. */
static char *
read_passwd(void)
{
	int fd = open_path("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY, false);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		fd = closing(fd, -1);
	return read_text(fd, PASSWD_MAX);
}

/* HOME from the container's own passwd file, otherwise "/", as in runc. */
int
do_default_home(struct cursor *f)
{
	char number[DECIMAL];
	const char *uid = decimal(take_u32(f), number);
	static char variable[PATH_MAX];
	const char *home = NULL;
	char *text;

	if (f->bad)
		return bad_plan();
	text = read_passwd();
	while (text != NULL && home == NULL) {
		char *line = strsep(&text, "\n");

		home = home_in(line, uid);
	}
	if (concat(variable, sizeof variable, "HOME=", home == NULL || home[0] == 0 ? "/" : home, NULL) < 0)
		return -1;
	self.home = variable;
	return 0;
}

/* 0 if this process, as it is now, can execute `path`. */
static int
check_executable(const char *path, bool magic_links)
{
	int fd = open_path(path, O_PATH, magic_links);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return closing(fd, -1);
	if (!S_ISREG(st.st_mode)) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : EACCES;
		return closing(fd, -1);
	}
	return closing(fd, (int)syscall(SYS_faccessat2, fd, "", X_OK, AT_EACCESS | AT_EMPTY_PATH));
}

/* As in execvp(3): a name with a slash is a path; any other is looked up, and ENOENT means "in none of the directories". */
int
do_find_executable(struct cursor *f)
{
	static char candidate[PATH_MAX];
	const char *name = take_str(f);
	const char *search = take_str(f);
	bool magic_links = take_u32(f) != 0;

	if (f->bad)
		return bad_plan();
	self.executable = strchr(name, '/') != NULL ? name : candidate;
	if (self.executable == name)
		return check_executable(name, magic_links);
	for (size_t len = strcspn(search, ":");; search += len + 1, len = strcspn(search, ":")) {
		memcpy(candidate, search, len < sizeof candidate ? len : 0);
		if (len < sizeof candidate && concat(candidate + len, sizeof candidate - len, len == 0 ? "./" : "/", name, NULL) == 0 &&
		    name[0] != 0 && check_executable(candidate, false) == 0)
			return 0;
		if (search[len] == 0)
			break;
	}
	errno = ENOENT;
	return -1;
}

int
close_on_exec(uint32_t first)
{
	return (int)syscall(SYS_close_range, first, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
}

/* Nothing of the host's may be open in the container (CVE-2024-21626); descriptors from `first` on close at exec. */
int
do_close_on_exec(struct cursor *f)
{
	uint32_t first = take_u32(f);

	return f->bad ? bad_plan() : close_on_exec(first);
}

int
do_exec(struct cursor *f)
{
	const char **args = take_strs(f, 0);
	const char **env = take_strs(f, 1);
	size_t count = 0;

	if (f->bad || args == NULL || args[0] == NULL || self.executable == NULL)
		return bad_plan();
	while (env[count] != NULL)
		count++;
	env[count] = self.home;
	if (self.life != NULL)
		clock_gettime(CLOCK_REALTIME, &self.life->begun);
	execve(self.executable, (char *const *)args, (char *const *)env);
	if (self.life != NULL)
		self.life->begun.tv_sec = 0;
	return -1;
}
