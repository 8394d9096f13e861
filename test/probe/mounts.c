/* Sub-commands that show what is mounted, without what differs from one run to the next. */
#include "probe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

/* mountinfo LINE (proc(5)) → "mount POINT TYPE OPTIONS | SUPER-OPTIONS | PROPAGATION"; ids, devices and sources are left out. */
static void print_mount(char *line)
{
	char *fields[32], *save = NULL;
	int count = 0, dash = 0;
	for (char *word = strtok_r(line, " \n", &save); word && count < 32; word = strtok_r(NULL, " \n", &save)) {
		if (strcmp(word, "-") == 0 && !dash)
			dash = count;
		fields[count++] = word;
	}
	if (dash < 6 || count < dash + 4)
		die("/proc/self/mountinfo has a line of another form");
	printf("mount %s %s %s | %s |", fields[4], fields[dash + 1], fields[5], fields[dash + 3]);
	if (dash == 6)
		fputs(" private", stdout);
	for (int i = 6; i < dash; i++)
		printf(" %s", strncmp(fields[i], "shared:", 7) == 0 ? "shared" : strncmp(fields[i], "master:", 7) == 0 ? "slave" : fields[i]);
	putchar('\n');
}

static void run_mountinfo(char **args)
{
	(void)args;
	FILE *file = open_or_die("/proc/self/mountinfo");
	char line[16384];
	while (fgets(line, sizeof line, file))
		print_mount(line);
	fclose(file);
}

/* mount POINT: the mount that is visible there, which is the last in the list. */
static void run_mount(char **args)
{
	FILE *file = open_or_die("/proc/self/mountinfo");
	char line[16384], last[16384] = "", point[4096];
	while (fgets(line, sizeof line, file))
		if (sscanf(line, "%*s %*s %*s %*s %4095s", point) == 1 && strcmp(point, args[0]) == 0)
			memcpy(last, line, sizeof last);
	fclose(file);
	if (*last)
		print_mount(last);
	else
		printf("mount %s none\n", args[0]);
}

/* mount-tmpfs DIR */
static void run_mount_tmpfs(char **args)
{
	printf("mount-tmpfs %s\n", mount("tmpfs", args[0], "tmpfs", 0, NULL) == 0 ? "ok" : errno_name(errno));
}

/* remount-rw POINT: without any flag, which the kernel refuses if one of the mount's flags is locked. */
static void run_remount_rw(char **args)
{
	printf("remount-rw %s %s\n", args[0], mount(NULL, args[0], NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ? "ok" : errno_name(errno));
}

/* umount POINT */
static void run_umount(char **args)
{
	printf("umount %s %s\n", args[0], umount2(args[0], MNT_DETACH) == 0 ? "ok" : errno_name(errno));
}

const struct command mount_commands[] = {
	{ "mountinfo", 0, run_mountinfo },
	{ "mount", 1, run_mount },
	{ "mount-tmpfs", 1, run_mount_tmpfs },
	{ "remount-rw", 1, run_remount_rw },
	{ "umount", 1, run_umount },
	{ NULL, 0, NULL },
};
