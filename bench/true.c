/* /bin/true of the bench's root filesystem: the smallest static program, so that what is measured is the runtime. */
int
main(void)
{
	return 0;
}
