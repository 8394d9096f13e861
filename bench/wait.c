/* /bin/wait of the bench's root filesystem: the process of a container that others are executed in. */
#include <unistd.h>

int
main(void)
{
	for (;;)
		pause();
}
