/** What has to be written to a cgroup file so that it is again as it was before another write. Pure. */

/** What a line for a key, such as a device, becomes when there was none. */
const RESETS: Readonly<Record<string, string>> = {
  "blkio.throttle.read_bps_device": "0",
  "blkio.throttle.write_bps_device": "0",
  "blkio.throttle.read_iops_device": "0",
  "blkio.throttle.write_iops_device": "0",
  "blkio.weight_device": "0",
  "blkio.leaf_weight_device": "0",
  "blkio.bfq.weight_device": "0",
  "io.max": "rbps=max wbps=max riops=max wiops=max",
  "io.weight": "default",
  "io.bfq.weight": "default",
  "rdma.max": "hca_handle=max hca_object=max",
};

/**
 * `file` is a name, `written` what was written to it, `before` what it had. Undefined for a file of lines whose format is not
 * known here.
 */
export function undoText(file: string, written: string, before: string): string | undefined {
  if (file === "memory.oom_control") return /^oom_kill_disable (\d)/m.exec(before)?.[1];
  if (file === "schemata") return schemaLine(written, before);
  const lines = before.split("\n").filter((line) => line !== "");
  const key = keyOf(file, written);
  if (key !== undefined) {
    const line = lines.find((one) => one.startsWith(`${key} `));
    const reset = RESETS[file];
    return line ?? (reset === undefined ? undefined : `${key} ${reset}`);
  }
  const [first = ""] = lines;
  return lines.length <= 1 || first.startsWith("default ") ? first : undefined;
}

/** The line of resctrl about the same resource, as it takes lines: whole. */
function schemaLine(written: string, before: string): string | undefined {
  const resource = written.split(":", 1)[0]?.trim();
  const line = before.split("\n").find((one) => one.split(":", 1)[0]?.trim() === resource);
  return line === undefined ? undefined : `${line.trim()}\n`;
}

/** The first word of a line that is for one of several things. */
function keyOf(file: string, written: string): string | undefined {
  const [first = "", second] = written.split(" ");
  const isKeyed = /^\d+:\d+$/.test(first) || file === "rdma.max" || file === "net_prio.ifpriomap";
  return isKeyed && second !== undefined ? first : undefined;
}
