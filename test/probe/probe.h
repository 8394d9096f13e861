/*
 * The probe: a static program that tests run inside (and beside) containers. Each sub-command looks at one thing and prints it
 * as text that does not change from run to run. This header is shared by its files.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* The probe's own exit statuses: a test that sees one of them is broken. */
enum { EXIT_USAGE = 64, EXIT_PROBE = 70 };

/* A sub-command takes `arity` arguments (REST: all that are left) and prints its answer. */
enum { REST = -1 };
struct command {
	const char *name;
	int arity;
	void (*run)(char **args);
};

/* Every table ends with a null name. */
extern const struct command process_commands[];
extern const struct command scheduling_commands[];
extern const struct command network_commands[];
extern const struct command file_commands[];
extern const struct command outside_commands[];
extern const struct command mount_commands[];
extern const struct command terminal_commands[];
extern const struct command attack_commands[];
extern const struct command seize_commands[];
extern const struct command key_commands[];
extern const struct command filter_commands[];
extern const struct command notify_commands[];

/* "ENOENT" for ENOENT; never a number, since numbers differ between architectures. */
const char *errno_name(int number);
/* "TERM" for SIGTERM, and back; 0 for an unknown name. Digits are taken literally. */
const char *signal_name(int number);
int signal_number(const char *name);
/* Prints `label ERRNO` for the errno of the call that has just failed. */
void report_errno(const char *label);
/* Prints bytes with control characters, backslashes and bytes beyond ASCII escaped, so that a result is always one line. */
void print_escaped(const char *bytes, size_t length);
/* Opens a file that must exist; a missing one means a broken test, so it ends the program. */
FILE *open_or_die(const char *path);
/* A decimal number in [0, most], or the end of the program. */
long number_or_die(const char *text, long most);
/* Prints `who exited N` or `who killed by NAME` for a status of wait(2). */
void print_end(const char *who, int status);
void die(const char *what) __attribute__((noreturn));

/* attack.c: the beginning of /proc/PID/FILE, "" if it does not exist. */
void read_of(const char *pid, const char *file, char *text, size_t size);

#endif
