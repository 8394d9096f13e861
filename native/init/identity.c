/* The process's identity and its privileges. */
#include "init.h"

#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int
do_sethostname(struct cursor *f)
{
	const char *name = take_str(f);

	return f->bad ? bad_plan() : sethostname(name, (size_t)(f->at - (const unsigned char *)name) - 1);
}

int
do_setdomainname(struct cursor *f)
{
	const char *name = take_str(f);

	return f->bad ? bad_plan() : setdomainname(name, (size_t)(f->at - (const unsigned char *)name) - 1);
}

/*
 * A named keyring is found by its name: another container of the same user namespace could have made it before, or join it
 * later. An unnamed one is new and cannot be joined; and only its possessor may read it, or link it elsewhere.
 */
int
do_new_session_keyring(struct cursor *f)
{
	long keyring = syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, NULL);

	return keyring < 0 ? -1 : (int)syscall(SYS_keyctl, 5 /* KEYCTL_SETPERM */, keyring, 0x3f000000 /* KEY_POS_ALL */);
}

int
do_setsid(struct cursor *f)
{
	return setsid() < 0 ? -1 : 0;
}

int
do_setrlimit(struct cursor *f)
{
	uint32_t resource = take_u32(f);
	uint64_t limits[2] = {take_u64(f), 0};

	limits[1] = take_u64(f);
	return f->bad ? bad_plan() : (int)syscall(SYS_prlimit64, 0, resource, limits, NULL);
}

int
do_personality(struct cursor *f)
{
	uint32_t domain = take_u32(f);

	return f->bad ? bad_plan() : (personality(domain) < 0 ? -1 : 0);
}

int
do_umask(struct cursor *f)
{
	uint32_t mask = take_u32(f);

	if (f->bad)
		return bad_plan();
	umask(mask);
	return 0;
}

int
do_setgroups(struct cursor *f)
{
	uint32_t count = take_u32(f);
	struct cursor list = take_slice(f, (size_t)count * 4);
	uint32_t *gids = list.bad ? NULL : calloc((size_t)count + 1, sizeof *gids);
	long result;

	if (gids == NULL)
		return bad_plan();
	for (uint32_t i = 0; i < count; i++)
		gids[i] = take_u32(&list);
	result = syscall(SYS_setgroups, count, gids);
	free(gids);
	return (int)result;
}

/* musl's and glibc's wrappers change all threads; there is only one, so the plain system call will do. */
int
do_setgid(struct cursor *f)
{
	uint32_t gid = take_u32(f);

	return f->bad ? bad_plan() : (int)syscall(SYS_setresgid, gid, gid, gid);
}

int
do_setuid(struct cursor *f)
{
	uint32_t uid = take_u32(f);

	return f->bad ? bad_plan() : (int)syscall(SYS_setresuid, uid, uid, uid);
}

int
do_keep_capabilities(struct cursor *f)
{
	return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

/* Capability numbers end where the kernel returns EINVAL. */
int
do_drop_bounding(struct cursor *f)
{
	uint64_t keep = take_u64(f);

	if (f->bad)
		return bad_plan();
	for (int cap = 0; cap < 64; cap++) {
		int has = prctl(PR_CAPBSET_READ, cap, 0, 0, 0);

		if (has < 0)
			return errno == EINVAL ? 0 : -1;
		if (has == 1 && !(keep >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
			return -1;
	}
	return 0;
}

int
do_capset(struct cursor *f)
{
	uint32_t header[2] = {0x20080522 /* _LINUX_CAPABILITY_VERSION_3 */, 0};
	uint64_t effective = take_u64(f);
	uint64_t permitted = take_u64(f);
	uint64_t inheritable = take_u64(f);
	uint32_t data[2][3] = {
	    {(uint32_t)effective, (uint32_t)permitted, (uint32_t)inheritable},
	    {(uint32_t)(effective >> 32), (uint32_t)(permitted >> 32), (uint32_t)(inheritable >> 32)},
	};

	return f->bad ? bad_plan() : (int)syscall(SYS_capset, header, data);
}

int
do_raise_ambient(struct cursor *f)
{
	uint64_t set = take_u64(f);

	if (f->bad)
		return bad_plan();
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return -1;
	for (int cap = 0; cap < 64; cap++)
		if (set >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
			return -1;
	return 0;
}

int
do_no_new_privileges(struct cursor *f)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

#define NO_FIXUP 4u /* SECBIT_NO_SETUID_FIXUP */

/* Sets the owner of files that this process creates, keeping capabilities: setfsuid(2) would drop root's over files. */
int
do_set_file_ids(struct cursor *f)
{
	uint32_t uid = take_u32(f);
	uint32_t gid = take_u32(f);
	int bits = f->bad ? bad_plan() : prctl(PR_GET_SECUREBITS);

	if (bits < 0 || prctl(PR_SET_SECUREBITS, (unsigned)bits | NO_FIXUP) < 0)
		return -1;
	setfsgid(gid);
	setfsuid(uid);
	if ((uint32_t)setfsgid((gid_t)-1) != gid || (uint32_t)setfsuid((uid_t)-1) != uid) { /* which only return the current id */
		errno = EPERM;
		return -1;
	}
	return prctl(PR_SET_SECUREBITS, (unsigned)bits);
}
