/** Writes the id maps of a new user namespace, from outside. user_namespaces(7), newuidmap(1). */
import { RuntimeError } from "../../base/errors.ts";
import type { HostStep } from "../../plan/steps/host-step.ts";
import { check } from "../../sys/call/libc.ts";
import { tryWriteExisting } from "../../sys/file/file.ts";
import { memoryFile, readFromStart } from "../../sys/file/memory-file.ts";
import { findProgram } from "../../sys/process/find-program.ts";
import { exitStatus, spawn, waitChild } from "../../sys/process/process.ts";

type WriteIdMaps = Extract<HostStep, { op: "writeIdMaps" }>;

export function writeIdMaps(pid: number, { uidMap, gidMap, byHelper, denySetgroups }: WriteIdMaps): void {
  if (byHelper) {
    runHelper("newuidmap", pid, uidMap);
    runHelper("newgidmap", pid, gidMap);
    return;
  }
  if (denySetgroups) check(tryWriteExisting(`/proc/${pid}/setgroups`, "deny"), "write(2)", "deny setgroups in the user namespace");
  check(tryWriteExisting(`/proc/${pid}/gid_map`, gidMap), "write(2)", `map the groups ${JSON.stringify(gidMap.trim())}`);
  check(tryWriteExisting(`/proc/${pid}/uid_map`, uidMap), "write(2)", `map the users ${JSON.stringify(uidMap.trim())}`);
}

function runHelper(name: "newuidmap" | "newgidmap", pid: number, lines: string): void {
  const file = findProgram(name);
  const hint = `install ${name} (package uidmap) and list ranges in /etc/sub${name === "newuidmap" ? "uid" : "gid"}, or map only your own id`;
  if (file === undefined)
    throw new RuntimeError("unsupported", `cannot map ranges of ids: ${name} is not on PATH`, { pointer: "/linux/uidMappings", hint });
  using errors = memoryFile("lamina:idmap-stderr");
  const child = spawn({
    file,
    args: [name, String(pid), ...lines.split(/\s+/).filter(Boolean)],
    env: [],
    descriptors: [[errors.number, 2]],
  });
  const status = exitStatus(waitChild(child));
  if (status === 0) return;
  throw new RuntimeError("kernel", `cannot map ranges of ids: ${name} ended with status ${status}: ${readFromStart(errors).trim()}`, {
    pointer: "/linux/uidMappings",
    hint,
  });
}
