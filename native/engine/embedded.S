/* The image of image.h as read-only data. IMAGE is the path of its file. */
	.section .rodata.embedded_image, "a", %progbits
	.balign 4096
	.globl embedded_image
	.hidden embedded_image
	.type embedded_image, %object
embedded_image:
	.incbin IMAGE
	.size embedded_image, . - embedded_image
	.section .note.GNU-stack, "", %progbits
