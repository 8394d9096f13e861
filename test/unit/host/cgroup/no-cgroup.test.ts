/** A container of a user who cannot make cgroups runs in its caller's: nothing there is its own to list, limit or count. */
import { expect, test } from "bun:test";
import { hostPath } from "../../../../src/base/paths.ts";
import type { HostContext } from "../../../../src/host/context.ts";
import { listProcesses } from "../../../../src/host/ps.ts";
import { containerStats, watchContainer } from "../../../../src/host/stats/events.ts";
import { updateContainer } from "../../../../src/host/update.ts";
import { tempDir } from "../../../support/temp-dir.ts";

/** This process is the container's init. */
const RECORD = {
  version: 2,
  id: "web",
  ociVersion: "1.0.2",
  bundle: "/b",
  rootfs: "/b/rootfs",
  created: "2026-01-02T03:04:05.678Z",
  annotations: {},
  pid: process.pid,
  cgroupPaths: {},
  hasOwnPidNamespace: true,
  poststart: [],
  poststop: [],
  lastSteps: {},
};

async function startTime(): Promise<string> {
  const text = await Bun.file("/proc/self/stat").text();
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

test("ps, update and events say so", async () => {
  await using root = await tempDir({ "web/state.json": JSON.stringify({ ...RECORD, version: 1, startTime: await startTime() }) });
  const context: HostContext = {
    root: hostPath(root.path),
    systemdCgroup: false,
    rootless: "auto",
    warn: () => {},
    trace: () => {},
  };
  expect(() => listProcesses("web", context)).toThrow("cannot tell the processes of the container: it has no cgroup of its own");
  expect(() => updateContainer({ id: "web", resources: { pids: { limit: 5 } } }, context)).toThrow(
    "cannot limit the container: it has no cgroup of its own",
  );
  expect(() => containerStats("web", context)).toThrow("cannot tell what the container uses: it has no cgroup of its own");
  expect(() => watchContainer("web", 1000, () => {}, context)).toThrow("memory controller missing");
});
