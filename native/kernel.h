/* Kernel calls and constants that the C library does not have, or not in every version that builds lamina. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

#undef OPEN_TREE_CLONE
#undef OPEN_TREE_CLOEXEC
#define OPEN_TREE_CLONE 1u
#define OPEN_TREE_CLOEXEC ((unsigned)O_CLOEXEC)
#undef MOVE_MOUNT_F_EMPTY_PATH
#undef MOVE_MOUNT_T_EMPTY_PATH
#define MOVE_MOUNT_F_EMPTY_PATH 0x04u
#define MOVE_MOUNT_T_EMPTY_PATH 0x40u
#undef FSOPEN_CLOEXEC
#undef FSMOUNT_CLOEXEC
#undef FSPICK_CLOEXEC
#undef FSPICK_EMPTY_PATH
#define FSOPEN_CLOEXEC 1u
#define FSMOUNT_CLOEXEC 1u
#define FSPICK_CLOEXEC 1u
#define FSPICK_EMPTY_PATH 8u

/* enum fsconfig_command, under names that no header defines */
#define CONFIGURE_FLAG 0u
#define CONFIGURE_STRING 1u
#define CONFIGURE_CREATE 6u
#define CONFIGURE_RECONFIGURE 7u

#undef MOUNT_ATTR_RDONLY
#undef MOUNT_ATTR_IDMAP
#define MOUNT_ATTR_RDONLY 0x1u
#define MOUNT_ATTR_IDMAP 0x100000u

#define DEVICE(major, minor) ((uint64_t)(major) << 8 | (minor)) /* for the small numbers used here */

/* struct mount_attr of mount_setattr(2) */
struct mount_attributes {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation;
	uint64_t userns;
};

/* struct clone_args of clone3(2), first version */
struct clone_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

/* struct open_how of openat2(2); RESOLVE_* from linux/openat2.h */
struct open_how_arguments {
	uint64_t flags, mode, resolve;
};
#define RESOLVE_NO_MAGICLINKS 0x02u
#define RESOLVE_NO_SYMLINKS 0x04u
#define RESOLVE_IN_ROOT 0x10u

#define PROC_SUPER_MAGIC 0x9fa0
#define DEVPTS_SUPER_MAGIC 0x1cd1

static inline int
sys_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int
sys_move_mount(int from, const char *from_path, int to, const char *to_path, unsigned flags)
{
	return (int)syscall(SYS_move_mount, from, from_path, to, to_path, flags);
}

static inline int
sys_fsopen(const char *type, unsigned flags)
{
	return (int)syscall(SYS_fsopen, type, flags);
}

static inline int
sys_fsconfig(int fs, unsigned command, const char *key, const void *value, int aux)
{
	return (int)syscall(SYS_fsconfig, fs, command, key, value, aux);
}

static inline int
sys_fsmount(int fs, unsigned flags, unsigned attributes)
{
	return (int)syscall(SYS_fsmount, fs, flags, attributes);
}

static inline int
sys_fspick(int dir, const char *path, unsigned flags)
{
	return (int)syscall(SYS_fspick, dir, path, flags);
}

static inline int
set_mount_attributes(int fd, unsigned flags, const struct mount_attributes *attr)
{
	return (int)syscall(SYS_mount_setattr, fd, "", flags, attr, sizeof *attr);
}

#endif
