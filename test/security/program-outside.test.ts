/**
 * Class: a host program run as the container's, through links in the image. While execve(2) looks up the program, the interpreter of its
 * first line or of its ELF header, or a hook, init is in the container and a link through /proc leads to whatever it has open, is in, or may
 * inspect. The working directory (runc CVE-2024-21626) is such a name as well.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, type Form, type Formed, formed, HOST_PID } from "../support/forms.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { buildReached, elfMaker } from "./interpreted.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const elfFor = root ? await elfMaker() : () => Buffer.alloc(0);
const ENTRY = "/entry";

/** How an image names what it wants executed, and the config.json for it. */
const KINDS: Readonly<Record<string, { readonly config: JsonObject; readonly plant: (entry: string, target: string) => Promise<void> }>> = {
  "a program that is a link": { config: { process: { args: [ENTRY] } }, plant: (entry, target) => symlink(target, entry) },
  "the interpreter of a script": {
    config: { process: { args: [ENTRY] } },
    plant: (entry, target) => writeFile(entry, `#!${target}\n`, { mode: 0o755 }),
  },
  "the interpreter of an ELF program": {
    config: { process: { args: [ENTRY] } },
    plant: (entry, target) => writeFile(entry, elfFor(target), { mode: 0o755 }),
  },
  "a startContainer hook": {
    config: { hooks: { startContainer: [{ path: ENTRY }] } },
    plant: (entry, target) => symlink(target, entry),
  },
  "a program found from the working directory": {
    config: { process: { args: ["./reached"], cwd: ENTRY } },
    plant: (entry, target) => symlink(target.replace(/reached$/, ""), entry),
  },
};

/** Ways that lead to `host` from inside, if there are any. */
function waysTo(host: string, form: Form): string[] {
  const numbers = form === DEFAULT ? [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [3, 5, 10];
  const up = "../".repeat(8);
  return [
    ...numbers.map((fd) => `/proc/self/fd/${fd}/${up}${host}`),
    `/proc/1/root/${host}`,
    `/proc/self/cwd/${up}${host}`,
    `/proc/self/root/${up}${host}`,
    ...(form === HOST_PID ? [`/proc/${process.pid}/root/${host}`, `/proc/${process.ppid}/cwd/${up}${host}`] : []),
  ].map((way) => way.replaceAll("//", "/"));
}

for (const form of FORMS) {
  for (const [kind, { config, plant }] of Object.entries(KINDS)) {
    test.if(root)(`${kind} does not lead to the host, ${form.name}`, async () => {
      await using container = await formed(form, { config });
      const { box } = container;
      await copyFile(await buildReached(), join(box.host, "reached"));
      const results: string[] = [];
      for (const way of waysTo(join(box.host, "reached"), form)) results.push(await attempt(container, way, plant));
      expect(results.filter((result) => !result.endsWith("refused"))).toEqual([]);
    });
  }
}

test.if(root)("the same names work if they lead to the image's own programs", async () => {
  for (const [kind, { config, plant }] of Object.entries(KINDS)) {
    await using container = await formed(DEFAULT, { config });
    const { box } = container;
    await copyFile(await buildReached(), join(box.rootfs, "reached"));
    await plant(join(box.rootfs, ENTRY), kind.includes("working") ? "/reached" : "/bin/../reached");
    const { stdout, stderr } = await container.run();
    expect([kind, `${stdout}${stderr}`]).toEqual([kind, expect.stringContaining("REACHED")]);
  }
});

test.if(root).each([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])(
  "a directory that the caller leaks as descriptor %d does not lead to the host",
  async (fd) => {
    await using container = await formed(DEFAULT, { config: { process: { args: [ENTRY] } } });
    const { box } = container;
    await copyFile(await buildReached(), join(box.host, "reached"));
    await writeFile(join(box.rootfs, ENTRY), `#!/proc/self/fd/${fd}/reached\n`, { mode: 0o755 });
    const prefix = ["bash", "-c", `exec ${fd}<"$0" && exec "$@"`, box.host];
    const { exitCode, stdout, stderr } = await box.call(["run", "--bundle", box.path, box.id], { prefix });
    expect([exitCode !== 0, `${stdout}${stderr}`.includes("REACHED")]).toEqual([true, false]);
  },
);

async function attempt(container: Formed, way: string, plant: (entry: string, target: string) => Promise<void>): Promise<string> {
  const entry = join(container.box.rootfs, ENTRY);
  await rm(entry, { force: true, recursive: true });
  await plant(entry, way);
  const { exitCode, stdout, stderr } = await container.run();
  return `${way}: ${exitCode !== 0 && !`${stdout}${stderr}`.includes("REACHED") ? "refused" : `exit status ${exitCode} ${stdout}${stderr}`}`;
}
