/* The directories and files of a resctrl file system; tree.h says what each function is for. */
#include "tree.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node nodes[NODES];


void fail(const char *what)
{
	perror(what);
	exit(99);
}

static unsigned add(unsigned parent, const char *name, bool directory, const char *text)
{
	for (unsigned i = 2; i < NODES; i++) {
		if (nodes[i].used)
			continue;
		nodes[i] = (struct node){ .used = true, .directory = directory, .parent = parent };
		snprintf(nodes[i].name, sizeof nodes[i].name, "%s", name);
		snprintf(nodes[i].text, sizeof nodes[i].text, "%s", text);
		return i;
	}
	errno = ENOSPC;
	fail("nodes");
	return 0;
}

unsigned find(unsigned parent, const char *name)
{
	for (unsigned i = 2; i < NODES; i++)
		if (nodes[i].used && nodes[i].parent == parent && strcmp(nodes[i].name, name) == 0)
			return i;
	return 0;
}

static void fill_group(unsigned group, bool control)
{
	nodes[group].control = control;
	add(group, "tasks", false, "");
	unsigned domain = add(add(group, "mon_data", true, ""), "mon_L3_00", true, "");
	add(domain, "llc_occupancy", false, "4096\n");
	add(domain, "mbm_total_bytes", false, control ? "9007199254740993\n" : "70000\n");
	add(domain, "mbm_local_bytes", false, "Unavailable\n");
	if (!control)
		return;
	add(group, "schemata", false, "    MB:0=100;1=100\n    L3:0=7ff;1=7ff\n");
	add(group, "mon_groups", true, "");
}

static void drop(unsigned node)
{
	for (unsigned i = 2; i < NODES; i++)
		if (nodes[i].used && nodes[i].parent == node)
			drop(i);
	nodes[node].used = false;
}

static void set_status(const char *words)
{
	snprintf(nodes[find(find(1, "info"), "last_cmd_status")].text, TEXT, "%s\n", words);
}

/* As the kernel: a whole line for one resource; the domains that it names change. Bandwidth comes in steps of 10. */
static int write_schemata(unsigned file, char *line)
{
	char resource[16], rest[TEXT], other[TEXT] = "", *pair, *saved;
	unsigned value[2] = { 0x7ff, 0x7ff }, domain, number;
	bool band = strncmp(line, "MB:", 3) == 0;
	if (!strchr(line, '\n') || sscanf(line, "%15[A-Z0-9]:%511s", resource, rest) != 2 || (!band && strcmp(resource, "L3") != 0)) {
		set_status("unknown/unsupported resource name");
		return -EINVAL;
	}
	for (char *one = strtok_r(nodes[file].text, "\n", &saved); one; one = strtok_r(NULL, "\n", &saved)) {
		if (strncmp(one + 4, resource, strlen(resource)) == 0)
			sscanf(strchr(one, ':'), band ? ":0=%u;1=%u" : ":0=%x;1=%x", &value[0], &value[1]);
		else
			snprintf(other, sizeof other, "%s\n", one);
	}
	int result = 0;
	unsigned wanted[2] = { value[0], value[1] };
	for (pair = strtok(rest, ";"); pair && result == 0; pair = strtok(NULL, ";")) {
		if (sscanf(pair, band ? "%u=%u" : "%u=%x", &domain, &number) != 2 || domain > 1 || number == 0 || number > (band ? 100u : 0x7ffu)) {
			set_status("mask or bandwidth out of range");
			result = -EINVAL;
		} else
			wanted[domain] = band ? (number + 9) / 10 * 10 : number;
	}
	if (result == 0)
		memcpy(value, wanted, sizeof value);
	snprintf(nodes[file].text, TEXT, band ? "%.300s    MB:0=%u;1=%u\n" : "%.300s    L3:0=%x;1=%x\n", other, value[0], value[1]);
	return result;
}

/* A process is in one control group, and in one monitoring group of that. */
static int write_tasks(unsigned file, const char *text)
{
	char pid[32];
	snprintf(pid, sizeof pid, "%d\n", atoi(text));
	bool control = nodes[nodes[file].parent].control;
	for (unsigned i = 2; i < NODES; i++)
		if (nodes[i].used && i != file && strcmp(nodes[i].text, pid) == 0 && nodes[nodes[i].parent].control == control)
			nodes[i].text[0] = '\0';
	strcpy(nodes[file].text, pid);
	return 0;
}

int make_group(unsigned parent, const char *name, unsigned *made)
{
	bool control = parent == 1;
	unsigned groups = 0;
	if (find(parent, name))
		return -EEXIST;
	if (!control && strcmp(nodes[parent].name, "mon_groups") != 0)
		return -EPERM;
	for (unsigned i = 2; i < NODES; i++)
		groups += nodes[i].used && nodes[i].control && control;
	if (groups == GROUPS) {
		set_status("out of CLOSIDs");
		return -ENOSPC;
	}
	*made = add(parent, name, true, "");
	fill_group(*made, control);
	set_status("ok");
	return 0;
}

int remove_group(unsigned parent, const char *name)
{
	unsigned node = find(parent, name);
	if (!node)
		return -ENOENT;
	if (parent != 1 && strcmp(nodes[parent].name, "mon_groups") != 0)
		return -EPERM;
	drop(node);
	return 0;
}

int write_text(unsigned file, char *text)
{
	return strcmp(nodes[file].name, "schemata") == 0 ? write_schemata(file, text) : write_tasks(file, text);
}

void plant(void)
{
	nodes[1] = (struct node){ .used = true, .directory = true };
	fill_group(1, true);
	unsigned info = add(1, "info", true, ""), bandwidth = add(info, "MB", true, "");
	add(info, "last_cmd_status", false, "ok\n");
	unsigned cache = add(info, "L3", true, ""), monitor = add(info, "L3_MON", true, "");
	add(bandwidth, "bandwidth_gran", false, "10\n");
	add(bandwidth, "delay_linear", false, "1\n");
	add(bandwidth, "min_bandwidth", false, "10\n");
	add(bandwidth, "num_closids", false, "4\n");
	add(cache, "cbm_mask", false, "7ff\n");
	add(cache, "min_cbm_bits", false, "1\n");
	add(cache, "num_closids", false, "4\n");
	add(monitor, "mon_features", false, "llc_occupancy\nmbm_total_bytes\nmbm_local_bytes\n");
}
