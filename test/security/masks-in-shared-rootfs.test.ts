/**
 * Class: masks and read-only paths that miss their targets. Another container of the same root exchanges the directories while
 * this one is created, or links in the image lead paths elsewhere. A container that starts has all of them, on the right file systems.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, type Form, type Formed, formed, NO_MOUNT, NO_PIVOT, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 25;

/** What is hidden or made read-only in procfs and sysfs by mounts of their own: file system, root in it, whether read-only. */
function covers(pid: number): string[] {
  const lines = readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n").filter(Boolean);
  const kernelFs = new Set(lines.filter((line) => / - (proc|sysfs) /.test(line)).map((line) => line.split(" ")[0]));
  return lines
    .filter((line) => kernelFs.has(line.split(" ")[1]))
    .map((line) => {
      const [, , , from, at = "", options = ""] = line.split(" ");
      return `${line.split(" - ")[1]?.split(" ")[0]} ${from} ${at.replace(/^.*\/(proc|sys)[^/]*\//, "")} ${options.split(",")[0]}`;
    })
    .sort();
}

/** For a container that is created and deleted again; undefined if it is refused. */
async function created(container: Formed): Promise<string[] | undefined> {
  try {
    return covers((await container.create()).pid);
  } catch (error) {
    if (String(error).includes("exit status 1")) return undefined;
    throw error;
  } finally {
    await container.call(["delete", "--force", container.box.id]);
  }
}

for (const form of [DEFAULT, USER_NAMESPACE, NO_PIVOT]) {
  for (const name of ["proc", "sys", "dev"]) {
    test.if(root)(`no start loses a mask while /${name} is exchanged, ${form.name}`, async () => {
      await using container = await formed(form, {});
      const directory = join(container.box.rootfs, name);
      for (const below of ["sys/kernel", "bus", "irq", "firmware", "fs/cgroup", "pts", "shm", "mqueue"])
        await mkdir(join(`${directory}2`, below), { recursive: true });
      const wanted = await created(container);
      await using swapper = await swap(directory, `${directory}2`);
      const results = [];
      for (let i = 0; i < STARTS; i++) results.push(await created(container));
      expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
      expect(wanted?.length).toBeGreaterThan(5);
      expect(results.filter((result) => result !== undefined && !Bun.deepEquals(result, wanted))).toEqual([]);
      expect(await created(container)).toEqual(wanted);
    });
  }
}

/** In procfs, which every form has. */
const HIDDEN = ["/proc/version", "/proc/sys/kernel/ostype"];
const READ = ["/probe", ...HIDDEN.flatMap((path) => ["read", path]), "append", "/proc/sys/kernel/hostname", "x"];
const UNREADABLE = "read /proc/version ok \nread /proc/sys/kernel/ostype ok \nappend /proc/sys/kernel/hostname ";

const isMasked = (form: Form): boolean => form !== NO_MOUNT; // masks are refused there
for (const form of FORMS.filter(isMasked)) {
  for (const [what, link] of [
    ["the file system that they lie on", undefined],
    ["a link of the image to it", "/proc"],
    ["a link of the image to all", "/"],
  ] as const) {
    test.if(root)(`masks below a read-only path that is ${what} still hide, ${form.name}`, async () => {
      await using container = await formed(form, {
        args: READ,
        config: { linux: { maskedPaths: HIDDEN, readonlyPaths: [link === undefined ? "/proc" : "/opt/link", "/proc/sys"] } },
        rootfs: link === undefined ? {} : { "opt/link": { link } },
      });
      const { exitCode, stdout } = await container.run();
      expect([exitCode, stdout.replace(/(EROFS|EACCES)\n$/, "")]).toEqual([0, UNREADABLE]);
    });
  }

  test.if(root)(`a masked path that is a link to /proc itself uncovers nothing, ${form.name}`, async () => {
    await using container = await formed(form, {
      args: READ,
      config: { linux: { maskedPaths: ["/opt/link", ...HIDDEN], readonlyPaths: ["/proc/sys"] } },
      rootfs: { "opt/link": { link: "/proc" } },
    });
    const { stdout } = await container.run();
    expect(stdout).not.toContain("Linux");
  });
}
