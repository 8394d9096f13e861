/* Sub-commands about keyrings(7): what a program finds in its session keyring, and ways into another program's. */
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { JOIN = 1, SET_PERMISSIONS = 5, DESCRIBE = 6, LINK = 8, SEARCH = 10, READ = 11, SESSION = -3 };

static long keyctl(int operation, long a, const void *b, const void *c, long d)
{
	return syscall(SYS_keyctl, operation, a, b, c, d);
}

static long join(const char *name)
{
	return syscall(SYS_keyctl, JOIN, name);
}

/* add-key NAME TEXT: to the session keyring, whose number it prints. */
static void run_add_key(char **args)
{
	long key = syscall(SYS_add_key, "user", args[0], args[1], strlen(args[1]), SESSION);
	if (key < 0)
		return report_errno("add-key");
	printf("add-key ok in %ld\n", keyctl(0, SESSION, NULL, NULL, 0));
}

/* read-key NAME: the session keyring's value under that name. */
static void run_read_key(char **args)
{
	char text[256] = "";
	long key = keyctl(SEARCH, SESSION, "user", args[0], 0);
	if (key < 0 || keyctl(READ, key, text, (void *)(sizeof text - 1), 0) < 0)
		printf("read-key %s %s\n", args[0], errno_name(errno));
	else
		printf("read-key %s ok %s\n", args[0], text);
}

/* Its owner, permissions and name. */
static void run_session_keyring(char **args)
{
	(void)args;
	char text[256] = "";
	if (keyctl(DESCRIBE, SESSION, text, (void *)(sizeof text - 1), 0) < 0)
		return report_errno("session-keyring");
	printf("session-keyring %s\n", text);
}

/* plant-keyring NAME: makes it the session's, open to all who look for that name. */
static void run_plant_keyring(char **args)
{
	long keyring = join(args[0]);
	if (keyring < 0 || keyctl(SET_PERMISSIONS, keyring, (void *)0x3f3f3f3f, NULL, 0) < 0)
		return report_errno("plant-keyring");
	puts("plant-keyring ok");
}

/* join-keyring NAME: the existing one, if it can be found; otherwise a new one. */
static void run_join_keyring(char **args)
{
	printf("join-keyring %s\n", join(args[0]) < 0 ? errno_name(errno) : "ok");
}

/* link-keyring NUMBER: into the session's, so that its content can be found. */
static void run_link_keyring(char **args)
{
	long keyring = number_or_die(args[0], 0x7fffffff);
	printf("link-keyring %s\n", keyctl(LINK, keyring, (void *)SESSION, NULL, 0) < 0 ? errno_name(errno) : "ok");
}

/* fill-keys: into the session keyring, until the user's quota is exhausted. */
static void run_fill_keys(char **args)
{
	(void)args;
	char name[32];
	for (int i = 0; i < 1000000; i++) {
		snprintf(name, sizeof name, "filling%d", i);
		if (syscall(SYS_add_key, "user", name, name, strlen(name), SESSION) < 0)
			return report_errno("fill-keys");
	}
}

/* become PROGRAM ARGS...: executes it. */
static void run_become(char **args)
{
	fflush(stdout);
	execvp(args[0], args);
	die(args[0]);
}

const struct command key_commands[] = {
	{ "add-key", 2, run_add_key },
	{ "read-key", 1, run_read_key },
	{ "session-keyring", 0, run_session_keyring },
	{ "plant-keyring", 1, run_plant_keyring },
	{ "join-keyring", 1, run_join_keyring },
	{ "link-keyring", 1, run_link_keyring },
	{ "fill-keys", 0, run_fill_keys },
	{ "become", REST, run_become },
	{ NULL, 0, NULL },
};
