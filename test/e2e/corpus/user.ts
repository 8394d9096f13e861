/** The user, its groups and umask, capabilities, and no new privileges. */
import type { JsonObject } from "../../support/json.ts";
import type { Case } from "./case.ts";

const SETS = ["bounding", "effective", "inheritable", "permitted", "ambient"];

const capabilities = (over: Record<string, readonly string[] | null>): JsonObject => ({
  process: { noNewPrivileges: false, capabilities: { bounding: null, effective: null, permitted: null, ambient: null, ...over } },
});

const all = (...names: readonly string[]): JsonObject => capabilities(Object.fromEntries(SETS.map((set) => [set, names])));

export const USER: readonly Case[] = [
  { title: "[C55] the default capabilities are those of config.json", args: ["/probe", "status"] },
  {
    title: "[C62] another user and group, without capabilities",
    config: { process: { user: { uid: 1000, gid: 1000 }, capabilities: null } },
    args: ["/probe", "status"],
  },
  {
    title: "[C62] additional groups are exactly those listed",
    config: { process: { user: { uid: 1000, gid: 1001, additionalGids: [5, 10, 2000] } } },
    args: ["/probe", "status"],
  },
  {
    title: "[C62] the umask is the one asked for, and new files feel it",
    config: { root: { readonly: false }, process: { user: { uid: 0, gid: 0, umask: 0o027 } } },
    args: ["/probe", "status", "write", "/new", "x", "stat", "/new", "mkdir", "/directory", "stat", "/directory"],
  },
  {
    title: "[C62] a user without an entry in /etc/passwd is no error",
    follow: { as: "runc", because: "programs expect HOME; runc falls back to /, crun leaves it unset", differs: ["- env HOME=/"] },
    config: { process: { user: { uid: 54321, gid: 54321 } } },
    args: ["/probe", "status", "env"],
  },
  { title: "[C55] all five sets with the same capabilities", config: all("CAP_CHOWN", "CAP_NET_ADMIN"), args: ["/probe", "status"] },
  { title: "[C55] empty sets are empty", config: all(), args: ["/probe", "status", "chown", "/etc/group", "1"] },
  { title: "[C55] no capabilities member at all", config: { process: { capabilities: null } }, args: ["/probe", "status"] },
  {
    title: "[C55] each set is its own",
    config: capabilities({
      bounding: ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID", "CAP_SETGID"],
      permitted: ["CAP_CHOWN", "CAP_KILL"],
      inheritable: ["CAP_KILL"],
      effective: ["CAP_CHOWN"],
    }),
    args: ["/probe", "status"],
  },
  {
    title: "[C55] ambient capabilities reach a user who is not root",
    config: {
      process: {
        ...(all("CAP_NET_BIND_SERVICE", "CAP_CHOWN").process as JsonObject),
        user: { uid: 1000, gid: 1000 },
      },
    },
    args: ["/probe", "status"],
  },
  {
    title: "[C55] without ambient ones a user who is not root has no effective capabilities",
    config: {
      process: {
        user: { uid: 1000, gid: 1000 },
        capabilities: { bounding: ["CAP_CHOWN"], effective: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"], ambient: null },
      },
    },
    args: ["/probe", "status"],
  },
  {
    title: "[C54] an unknown capability is a warning and nothing else",
    config: all("CAP_CHOWN", "CAP_NO_SUCH_THING"),
    args: ["/probe", "status"],
  },
  { title: "[C56] noNewPrivileges is on", config: { process: { noNewPrivileges: true } }, args: ["/probe", "status"] },
  { title: "[C56] noNewPrivileges is off", config: { process: { noNewPrivileges: false } }, args: ["/probe", "status"] },
  {
    title: "[C55] a capability that is missing is felt",
    config: { root: { readonly: false }, ...all("CAP_DAC_OVERRIDE") },
    args: ["/probe", "chown", "/etc/group", "1", "stat", "/etc/group"],
  },
];
