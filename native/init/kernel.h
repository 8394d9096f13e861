/* System calls and constants that the C library lacks, or that not every version that can build lamina has. */
#ifndef KERNEL_H
#define KERNEL_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Own names, because some C library has the originals as enumerators, or with other types. */
#define TREE_RECURSIVE 0x8000u /* AT_RECURSIVE */
#define TREE_CLONE (1u | (unsigned)O_CLOEXEC) /* OPEN_TREE_CLONE, OPEN_TREE_CLOEXEC */
#define MOVE_BY_DESCRIPTOR 0x44u /* MOVE_MOUNT_F_EMPTY_PATH, MOVE_MOUNT_T_EMPTY_PATH */
#define MOVE_TO_PATH 0x04u /* MOVE_MOUNT_F_EMPTY_PATH */
#define MOUNT_CLOEXEC 1u /* FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC, FSPICK_CLOEXEC */
#define PICK_BY_DESCRIPTOR 8u /* FSPICK_EMPTY_PATH */
#define CONFIGURE_FLAG 0u /* enum fsconfig_command */
#define CONFIGURE_STRING 1u
#define CONFIGURE_DESCRIPTOR 5u
#define CONFIGURE_CREATE 6u
#define CONFIGURE_RECONFIGURE 7u
#define ATTRIBUTE_READONLY 0x1u /* MOUNT_ATTR_RDONLY */
#define ATTRIBUTE_NOSUID 0x2u
#define ATTRIBUTE_NODEV 0x4u
#define ATTRIBUTE_NOEXEC 0x8u
#define ATTRIBUTE_IDMAP 0x100000u /* MOUNT_ATTR_IDMAP */
#define NO_OTHER_MOUNT 0x01u /* RESOLVE_NO_XDEV */
#define NO_MAGIC_LINKS 0x02u /* RESOLVE_NO_MAGICLINKS */
#define NO_SYMLINKS 0x04u /* RESOLVE_NO_SYMLINKS */
#define BENEATH (0x08u | NO_MAGIC_LINKS) /* RESOLVE_BENEATH */
#define IN_ROOT (0x10u | NO_MAGIC_LINKS) /* RESOLVE_IN_ROOT */
#define PROCFS_MAGIC 0x9fa0
#define DEVPTS_MAGIC 0x1cd1
#define PIPEFS_MAGIC 0x50495045
#define SOCKFS_MAGIC 0x534f434b

#define DEVICE(major, minor) ((uint64_t)(major) << 8 | (minor)) /* for the small numbers used here */

/* struct mount_attr of mount_setattr(2) */
struct mount_attributes {
	uint64_t set, clear, propagation, userns;
};

/* struct clone_args of clone3(2), first version */
struct clone_arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

/* struct open_how of openat2(2) */
struct open_how_arguments {
	uint64_t flags, mode, resolve;
};

/* struct statx of statx(2), up to the last member used */
struct file_status {
	uint64_t head[18], mount_id, rest[13];
};

static inline uint64_t
mount_id(int fd)
{
	struct file_status status = {0};

	return syscall(SYS_statx, fd, "", AT_EMPTY_PATH, 0x1000u /* STATX_MNT_ID */, &status) < 0 ? 0 : status.mount_id;
}

static inline int
sys_open_tree(int dir, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir, path, flags);
}

static inline int
sys_move_mount(int from, int to, const char *to_path, unsigned flags)
{
	return (int)syscall(SYS_move_mount, from, "", to, to_path, flags);
}

static inline int
sys_fsconfig(int fs, unsigned command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs, command, key, value, 0);
}

static inline int
sys_mount_setattr(int fd, unsigned recursive, const struct mount_attributes *attr)
{
	return (int)syscall(SYS_mount_setattr, fd, "", AT_EMPTY_PATH | recursive, attr, sizeof *attr);
}

#endif
