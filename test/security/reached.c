/* What an attack wants to execute: it says so, and fails, since of a hook that fails the output is told. */
#include <unistd.h>

int
main(void)
{
	return write(1, "REACHED\n", 8) == 8 ? 3 : 70;
}
