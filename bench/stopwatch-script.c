/* Reads the stopwatch's script into tables. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stopwatch-script.h"

bool
read_script(const char *path, struct script *script)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat info;

	if (fd < 0 || fstat(fd, &info) < 0)
		return false;
	size_t size = (size_t)info.st_size; /* an upper bound for the number of words, steps and sequences */
	char *text = malloc(size + 1);
	char **words = calloc(size + 1, sizeof(*words));
	script->steps = calloc(size + 1, sizeof(*script->steps));
	script->sequence_starts = calloc(size + 2, sizeof(*script->sequence_starts));
	if (!text || !words || !script->steps || !script->sequence_starts || read(fd, text, size) != info.st_size)
		return false;
	text[size] = '\0';
	close(fd);

	for (char *at = text; at < text + size; at++) { /* at the end of each turn, `at` is on a step's empty word */
		struct step *step = &script->steps[script->step_count++];
		for (step->words = words; *at; at += strlen(at) + 1)
			*words++ = at;
		*words++ = NULL;
		if (!step->words[0])
			return false;
		step->is_command = strcmp(step->words[0], "run") == 0 || strcmp(step->words[0], "try") == 0;
		if (strcmp(step->words[0], "end") == 0)
			script->sequence_starts[++script->sequence_count] = script->step_count;
	}
	return true;
}
