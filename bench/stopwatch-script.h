/*
 * The stopwatch's input.
 *
 * A script is a list of steps. A step is a list of words, each ended by a NUL; an empty word ends the step:
 *   run ARGV...   a command that must exit with 0         watch FILE   opens a pidfd of the process whose id is in FILE
 *   try ARGV...   a command that may fail                 await        waits for that process to exit, and reaps it
 *   end           ends a sequence                         pause MS     sleeps for so many milliseconds
 */
#include <stdbool.h>

struct step {
	char **words; /* the kind, the arguments, NULL */
	bool is_command;
};

struct script {
	struct step *steps;
	int step_count;
	int *sequence_starts; /* index of the first step; an extra entry marks the end of the last */
	int sequence_count;
};

/* Fills the tables. They and the text live until the process exits. False if the file is not a script. */
bool read_script(const char *path, struct script *script);
