/* Sub-commands that look at network devices. */
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static void print_device(int socket, const char *name)
{
	struct ifreq request = { 0 };
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(socket, SIOCGIFFLAGS, &request) != 0)
		die("SIOCGIFFLAGS");
	bool up = (request.ifr_flags & IFF_UP) != 0;
	if (ioctl(socket, SIOCGIFMTU, &request) != 0)
		die("SIOCGIFMTU");
	printf("device %s %s mtu %d\n", name, up ? "up" : "down", request.ifr_mtu);
}

static const void *bytes_of(const struct sockaddr *address)
{
	return address->sa_family == AF_INET ? (const void *)&((const struct sockaddr_in *)address)->sin_addr :
					       (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;
}

static int prefix_of(const struct sockaddr *mask)
{
	const unsigned char *bytes = bytes_of(mask);
	int length = 0;
	for (int i = 0; i < (mask->sa_family == AF_INET ? 4 : 16); i++)
		length += __builtin_popcount(bytes[i]);
	return length;
}

/* Not those that the kernel gives a device by itself. */
static void print_address(const struct ifaddrs *one)
{
	char text[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];
	int family = one->ifa_addr->sa_family;
	inet_ntop(family, bytes_of(one->ifa_addr), text, sizeof text);
	if (strncmp(text, "fe80:", 5) == 0 || strcmp(one->ifa_name, "lo") == 0)
		return;
	printf("address %s %s/%d", one->ifa_name, text, prefix_of(one->ifa_netmask));
	if ((one->ifa_flags & IFF_POINTOPOINT) == 0 && family == AF_INET && one->ifa_dstaddr && prefix_of(one->ifa_netmask) == 32) {
		inet_ntop(family, bytes_of(one->ifa_dstaddr), peer, sizeof peer);
		if (strcmp(peer, text) != 0)
			printf(" peer %s", peer);
	}
	putchar('\n');
}

static void run_network(char **args)
{
	(void)args;
	struct ifaddrs *all;
	int socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct if_nameindex *devices = if_nameindex();
	if (socket_fd < 0 || !devices || getifaddrs(&all) != 0)
		die("network");
	for (struct if_nameindex *one = devices; one->if_index; one++)
		print_device(socket_fd, one->if_name);
	for (struct ifaddrs *one = all; one; one = one->ifa_next)
		if (one->ifa_addr && (one->ifa_addr->sa_family == AF_INET || one->ifa_addr->sa_family == AF_INET6))
			print_address(one);
	if_freenameindex(devices);
	freeifaddrs(all);
	close(socket_fd);
}

const struct command network_commands[] = {
	{ "network", 0, run_network },
	{ NULL, 0, NULL },
};
