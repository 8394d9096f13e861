/* The directories and files of a resctrl file system, and what the kernel does when somebody changes them. */
#ifndef TREE_H
#define TREE_H

#include <stdbool.h>

enum { NODES = 128, TEXT = 512, GROUPS = 4 };

extern struct node {
	bool used, directory, control; /* a control group has schemata and mon_groups */
	unsigned parent;
	char name[64], text[TEXT];
} nodes[NODES]; /* by inode number; 0 is none, 1 the root */

void fail(const char *what) __attribute__((noreturn));

/* Fills the root. */
void plant(void);

/* The entry of a directory; 0 for none. */
unsigned find(unsigned parent, const char *name);

/* All return 0, or minus errno, as the kernel would. */
int make_group(unsigned parent, const char *name, unsigned *made);
int remove_group(unsigned parent, const char *name);
int write_text(unsigned file, char *text);

#endif
