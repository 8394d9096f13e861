/* Generated from src/plan/wire.ts by `npm run generate`; the format is drawn there. */
#ifndef WIRE_H
#define WIRE_H

#define WIRE_ID 0x2b9ce31bu
#define SLOTS 1024
#define NO_SLOT 4294967295u
#define NO_STEP 4294967295u

#define MESSAGE_SYNC 1u
#define MESSAGE_GO 2u
#define MESSAGE_PID 3u
#define MESSAGE_FAILED 4u
#define MESSAGE_WARNING 5u
#define MESSAGE_SUPERVISED 6u
#define SYNC_ID_MAPS 2u
#define SYNC_HOOKS 3u
#define SYNC_READY 4u
#define GUARD_NO_SYMLINKS 1u
#define GUARD_ALLOW_PROC 2u
#define GUARD_NO_CREATE 4u
#define ON_FAILURE_STOP 0u
#define ON_FAILURE_WARN 1u
#define ON_FAILURE_IGNORE 2u
#define ON_FAILURE_ELSE 3u

/* STEPS(X) calls X(opcode, name) for every step; each needs a do_<name>. */
#define STEPS(X) \
	X(1, open_namespace) \
	X(2, join_namespace) \
	X(3, unshare) \
	X(4, clone_child) \
	X(5, open_user_namespace) \
	X(6, sync) \
	X(66, open_proc) \
	X(7, set_dumpable) \
	X(8, write_proc) \
	X(9, set_propagation) \
	X(10, open_tree) \
	X(11, new_filesystem) \
	X(12, mount_attributes) \
	X(13, idmap_mount) \
	X(14, copy_up) \
	X(15, attach_root) \
	X(16, attach) \
	X(17, remount) \
	X(18, target_attributes) \
	X(19, make_directory) \
	X(20, symlink) \
	X(21, mknod) \
	X(67, open_null) \
	X(22, mask_path) \
	X(23, readonly_path) \
	X(24, pivot_root) \
	X(25, move_root) \
	X(26, chroot) \
	X(68, let_go) \
	X(69, new_proc) \
	X(80, control_terminal) \
	X(27, sethostname) \
	X(28, setdomainname) \
	X(29, new_session_keyring) \
	X(30, setsid) \
	X(31, open_console) \
	X(32, setrlimit) \
	X(33, personality) \
	X(34, umask) \
	X(35, setgroups) \
	X(36, setgid) \
	X(37, setuid) \
	X(38, keep_capabilities) \
	X(39, drop_bounding) \
	X(40, capset) \
	X(41, raise_ambient) \
	X(42, no_new_privileges) \
	X(43, chdir) \
	X(44, default_home) \
	X(45, find_executable) \
	X(46, close_on_exec) \
	X(47, wait_start) \
	X(48, run_hook) \
	X(49, exec) \
	X(51, chdir_as) \
	X(57, unlink) \
	X(54, enter_cgroup) \
	X(55, open_cgroup) \
	X(58, new_overlay) \
	X(59, add_layer) \
	X(60, finish_overlay) \
	X(62, set_file_ids) \
	X(61, mount_layers) \
	X(63, fork_server) \
	X(64, mount_fuse) \
	X(65, start_server) \
	X(70, fork_opener) \
	X(71, lead_opener) \
	X(72, open_as_host) \
	X(73, idmap_as_host) \
	X(74, end_opener) \
	X(75, mount_filesystem) \
	X(76, new_tmpfs) \
	X(56, clone_into_cgroup) \
	X(52, loopback_up) \
	X(53, reopen_null) \
	X(50, chown_stdio)

#endif
