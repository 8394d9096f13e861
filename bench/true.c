/* /bin/true of the bench's root filesystem: the smallest static program, so that the runtime is what gets measured. */
int
main(void)
{
	return 0;
}
