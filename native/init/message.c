/* Messages, with a descriptor or without: to the host and from it (src/host/init/handshake.ts draws the protocol), and between processes of init. */
#include "init.h"

#include <sys/socket.h>

int
send_with(int socket, const void *data, size_t len, int fd)
{
	struct iovec text = {(void *)data, len};
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
	ssize_t sent;

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
	do
		sent = fd < 0 ? send(socket, data, len, MSG_NOSIGNAL) : sendmsg(socket, &message, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)len ? 0 : -1;
}

int
receive_with(int socket, void *data, size_t len, int *fd)
{
	struct iovec text = {data, len};
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {.bytes = {0}};
	struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof(int))};
	ssize_t got;

	*fd = -1;
	do
		got = recvmsg(socket, &message, 0);
	while (got < 0 && errno == EINTR);
	if (got >= 0 && message.msg_controllen >= sizeof control.header && control.header.cmsg_type == SCM_RIGHTS)
		memcpy(fd, CMSG_DATA(&control.header), sizeof *fd);
	if (got == (ssize_t)len)
		return 0;
	errno = ECONNABORTED;
	return closing(*fd, -1);
}

int
tell_host(uint32_t kind, uint32_t value)
{
	uint32_t message[3] = {kind, self.step, value};

	return send_with(self.host, message, sizeof message, kind == MESSAGE_FAILED ? self.words : -1);
}

int
await_host(uint32_t kind)
{
	uint32_t message[3];
	ssize_t got;

	do
		got = recv(self.host, message, sizeof message, 0);
	while (got < 0 && errno == EINTR);
	if (got == sizeof message && message[0] == kind)
		return 0;
	errno = ECONNABORTED;
	return -1;
}
