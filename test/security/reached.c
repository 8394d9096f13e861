/* What an attack wants to execute: it says so and fails, because the output of a failed hook is reported. */
#include <unistd.h>

int
main(void)
{
	return write(1, "REACHED\n", 8) == 8 ? 3 : 70;
}
