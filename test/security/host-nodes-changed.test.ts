/**
 * Class: host nodes in the container are changed from inside. Masks, devices and streams may be the host's own nodes: a root of
 * the container who can change their mode, owner, times or attributes changes them for everyone. Here the host's /dev is a copy.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT, FORMS, formed, NO_MOUNT, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const OWNERS = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_MKNOD", "CAP_SETFCAP"];
const CAPABILITIES = { bounding: OWNERS, effective: OWNERS, permitted: OWNERS };
const DEVICES = ["null", "zero", "full", "random", "urandom", "tty"].map((name) => `/dev/${name}`);
const MASKS = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware"];
const change = (paths: readonly string[]): string[] => paths.flatMap((path) => ["change", path]);
const STREAMS = ["change-fd", "0", "change-fd", "1", "change-fd", "2"];

/** Runs the rest of its words where the host's /dev is a copy, with the given streams; then prints which of its nodes have changed. */
const onCopy = (streams: string): string[] => [
  "unshare",
  "--mount",
  "--propagation",
  "private",
  "sh",
  "-c",
  `set -e; d=$(mktemp -d); mount -t tmpfs tmpfs $d; cp -a ${DEVICES.join(" ")} $d; chown 0:0 $d/*; chmod 666 $d/*; mount --move $d /dev; rmdir $d
  nodes() { stat -c '%n %a %u:%g %y %z' /dev/*; }
  before=$(nodes); "$@" ${streams} || echo "exit status $?" >&2; [ "$(nodes)" = "$before" ] || echo "changed: $(nodes)"`,
  "sh",
];

for (const form of FORMS) {
  test.if(root)(`nothing in the host's /dev is changed through devices, masks or streams, ${form.name}`, async () => {
    const masks = form === NO_MOUNT ? [] : MASKS;
    await using container = await formed(form, {
      args: ["/probe", ...change([...DEVICES, ...masks]), ...STREAMS],
      config: { process: { capabilities: CAPABILITIES } },
    });
    const { stdout, stderr } = await container.run({ outer: onCopy("</dev/null") });
    expect({ stdout, stderr }).toEqual({
      stdout: expect.not.stringContaining("changed:"),
      stderr: expect.not.stringContaining("exit status"),
    });
    const masked = stdout.split("\n").filter((line) => masks.some((path) => line.startsWith(`change ${path} `)));
    expect(masked.length).toBe(masks.length);
    expect(masked.filter((line) => / ok\b/.test(line))).toEqual([]);
  });

  test.if(root)(`nor where the container has no devices of its own, ${form.name}`, async () => {
    const bound = [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/dev", type: "bind", source: "@HOST@/dev", options: ["bind"] },
    ];
    await using container = await formed(form, {
      args: ["/probe", ...STREAMS],
      host: { "dev/.keep": "" },
      config: { root: { readonly: false }, mounts: form === NO_MOUNT ? [] : bound, process: { capabilities: CAPABILITIES } },
    });
    const { stdout, stderr } = await container.run({ outer: onCopy("</dev/null 2>/dev/null") });
    expect({ stdout, stderr }).toEqual({
      stdout: expect.not.stringContaining("changed:"),
      stderr: expect.not.stringContaining("exit status"),
    });
    expect(stdout.split("\n").filter((line) => line.startsWith("change-fd"))).toHaveLength(3);
  });
}

for (const form of [DEFAULT, USER_NAMESPACE]) {
  test.if(root)(`a device that is a standard stream is not given to the program's user, ${form.name}`, async () => {
    const user = { user: { uid: 1000, gid: 1000 }, capabilities: null };
    await using container = await formed(form, { args: ["/probe", "say", "ran"], config: { process: user } });
    const { stdout, stderr } = await container.run({ outer: onCopy("</dev/zero 2>/dev/full") });
    expect({ stdout, stderr }).toEqual({ stdout: "ran\n", stderr: "" });
  });
}

test.if(root)("a directory that is a standard stream is not given to the program's user", async () => {
  const user = { user: { uid: 1000, gid: 1000 }, capabilities: null };
  await using container = await formed(DEFAULT, { args: ["/probe", "true"], config: { process: user }, host: { "directory/.keep": "" } });
  const directory = join(container.box.host, "directory");
  const { exitCode } = await container.run({ prefix: ["sh", "-c", 'exec "$@" <"$0"', directory] });
  expect([exitCode, statSync(directory).uid]).toEqual([0, 0]);
});
