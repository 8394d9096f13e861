/*
 * What the stopwatch is told to do.
 *
 * A script is a list of steps. A step is words ended by a NUL each, and an empty word ends the step:
 *   run ARGV...   a command that must exit with 0         watch FILE   opens a pidfd of the process whose id is in FILE
 *   try ARGV...   a command that may fail                 await        waits for the end of that process, and reaps it
 *   end           ends a sequence                         pause MS     does nothing for so many milliseconds
 */
#include <stdbool.h>

struct step {
	char **words; /* the kind, the arguments, NULL */
	bool is_command;
};

struct script {
	struct step *steps;
	int step_count;
	int *sequence_starts; /* index of the first step; one more entry marks the end of the last */
	int sequence_count;
};

/* Fills the tables. They and the text live until the end of the process. False where the file is no script. */
bool read_script(const char *path, struct script *script);
