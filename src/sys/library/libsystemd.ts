/** The functions of libsystemd that talk D-Bus, bound when they are first needed. sd-bus(3) */
import { requireLibrary } from "../call/library.ts";

export type Libsystemd = ReturnType<typeof bind>;

let bound: Libsystemd | undefined;

function bind() {
  const library = requireLibrary({
    purpose: "use the systemd cgroup driver",
    files: ["libsystemd.so.0"],
    packages: "libsystemd0 (Debian, Ubuntu), systemd-libs (Fedora, Arch); or leave out --systemd-cgroup",
  });
  return {
    openSystem: library("sd_bus_open_system", "i32", ["pointer"]),
    openUser: library("sd_bus_open_user", "i32", ["pointer"]),
    close: library("sd_bus_flush_close_unref", "pointer", ["pointer"]),
    call: library("sd_bus_call", "i32", ["pointer", "pointer", "u64", "pointer", "pointer"]),
    uniqueName: library("sd_bus_get_unique_name", "i32", ["pointer", "pointer"]),
    process: library("sd_bus_process", "i32", ["pointer", "pointer"]),
    wait: library("sd_bus_wait", "i32", ["pointer", "u64"]),
    freeError: library("sd_bus_error_free", "void", ["pointer"]),
    newCall: library("sd_bus_message_new_method_call", "i32", ["pointer", "pointer", "pointer", "pointer", "pointer", "pointer"]),
    release: library("sd_bus_message_unref", "pointer", ["pointer"]),
    isSignal: library("sd_bus_message_is_signal", "i32", ["pointer", "pointer", "pointer"]),
    appendBasic: library("sd_bus_message_append_basic", "i32", ["pointer", "i8", "pointer"]),
    openContainer: library("sd_bus_message_open_container", "i32", ["pointer", "i8", "pointer"]),
    closeContainer: library("sd_bus_message_close_container", "i32", ["pointer"]),
    readBasic: library("sd_bus_message_read_basic", "i32", ["pointer", "i8", "pointer"]),
    enterContainer: library("sd_bus_message_enter_container", "i32", ["pointer", "i8", "pointer"]),
  };
}

/** Throws code "unsupported" on a machine without it. */
export function libsystemd(): Libsystemd {
  bound ??= bind();
  return bound;
}
