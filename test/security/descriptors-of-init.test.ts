/**
 * Class: descriptors of the host that the container's init still has (runc CVE-2024-21626). A link of the image may lead through each of them
 * as soon as a name is looked up in the container. A created init has its streams and sockets, and nothing else, in every form.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readlinkSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, formed, HOST_PID } from "../support/forms.ts";
import { isGone } from "../support/read-proc.ts";
import { requires } from "../support/requires.ts";
import { sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");

/** Number and target of each open descriptor of process `pid`, except for objects that lead nowhere. */
function openFiles(pid: number): Record<string, string> {
  const numbers = readdirSync(`/proc/${pid}/fd`)
    .map(Number)
    .sort((a, b) => a - b);
  return Object.fromEntries(numbers.flatMap((fd) => targetOf(pid, fd).map((target) => [fd, target.replace(/^socket:\[\d+\]$/, "socket")])));
}

/** None if it has been closed meanwhile. */
function targetOf(pid: number, fd: number): string[] {
  try {
    return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

for (const form of FORMS) {
  test.if(root)(`a created init has its streams and sockets, and nothing else, ${form.name}`, async () => {
    await using container = await formed(form, { args: ["/probe", "fds"] });
    const { running, pid } = await container.create();
    const { 0: input, 1: output, 2: errors, ...others } = openFiles(pid);
    expect([input, output, errors].map((path) => path?.startsWith(join(container.box.directory, "calls/call-")))).toEqual([
      true,
      true,
      true,
    ]);
    expect(Object.values(others).filter((target) => target !== "socket")).toEqual([]);
    expect((await container.call(["start", container.box.id])).exitCode).toBe(0);
    await running.shows("fds");
    expect(await running.stdout()).toBe("fds 0 1 2\n");
  });
}

for (const [what, streams] of [
  ["are the host's null device", "</dev/null >/dev/null 2>&1"],
  ["the caller has closed", "<&- >&- 2>&-"],
] as const) {
  test.if(root)(`streams that ${what} are the container's own null device in a created init`, async () => {
    await using container = await formed(DEFAULT, {});
    const { pid } = await container.create([], { prefix: ["sh", "-c", `exec "$@" ${streams}`, "sh"] });
    const looks = [0, 1, 2].map((fd) => statSync(`/proc/${pid}/fd/${fd}`));
    expect(looks.map(({ rdev }) => rdev)).toEqual([0x103, 0x103, 0x103]);
    expect(looks.filter(({ dev }) => dev === statSync("/dev/null").dev)).toEqual([]);
    const { 0: _input, 1: _output, 2: _errors, ...others } = openFiles(pid);
    expect(Object.values(others).filter((target) => target !== "socket")).toEqual([]);
  });
}

for (const form of [DEFAULT, HOST_PID]) {
  test.if(root)(`init has nothing more while it runs a startContainer hook, nor has the hook, ${form.name}`, async () => {
    const hook = { path: "/probe", args: ["probe", "wait-fifo", "/fifo", "fds", "exit", "3"] };
    await using container = await formed(form, { config: { hooks: { startContainer: [hook] }, root: { readonly: false } } });
    const fifo = join(container.box.rootfs, "fifo");
    if (!Bun.spawnSync(["mkfifo", fifo]).success) throw new Error("cannot make a pipe");
    const { pid } = await container.create();
    const start = container.call(["start", container.box.id]);
    const writer = await open(fifo, "w"); // once the hook has opened it too
    const { 0: _input, 1: _output, 2: _errors, ...others } = openFiles(pid);
    await writer.close();
    const { exitCode, stderr } = await start;
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining("wait-fifo ok\nfds 0 1 2\n") });
    expect(
      Object.values(others).filter(
        (target) => !/^(socket|pipe:\[\d+\]|anon_inode:\[pidfd\]|\/memfd:(state|stdout|stderr) .*)$/.test(target),
      ),
    ).toEqual([]);
  });
}

test.if(root)("a descriptor that the caller passes on is the only addition", async () => {
  await using container = await formed(DEFAULT, { args: ["/probe", "fds"], host: { three: "" } });
  const prefix = ["sh", "-c", 'exec 3>>"$0" 4</ 5</proc && exec "$@"', join(container.box.host, "three")];
  const { pid } = await container.create(["--preserve-fds", "1"], { prefix });
  const { 0: _input, 1: _output, 2: _errors, ...others } = openFiles(pid);
  expect(Object.values(others).filter((target) => target !== "socket")).toEqual([join(container.box.host, "three")]);
});

for (const flags of [[], ["--log", "log"]]) {
  for (const timeline of [[], ["--timeline=timeline.json"]]) {
    test.if(root)(
      `what lamina has opened itself is never passed on, with ${[...flags, ...timeline].join(" ") || "nothing else"}`,
      async () => {
        await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
        const prefix = ["sh", "-c", 'exec 3>&- 4>&- 5>&- 6>&- 7>&- && exec "$@"', "sh"];
        const options = { prefix, cwd: box.directory };
        const refused = { exitCode: 1, stderr: expect.stringContaining("cannot preserve file descriptor 3: it is not open") };
        const run = [...flags, "run", ...timeline, "--bundle", box.path];
        expect(await box.call([...run, "--preserve-fds", "1", box.id], options)).toMatchObject(refused);
        const running = await box.create();
        await box.must(["start", box.id]);
        await running.shows("waiting");
        const exec = [...flags, "exec", ...timeline, "--preserve-fds", "1", box.id, "/probe", "fds"];
        expect(await box.call(exec, options)).toMatchObject({ ...refused, exitCode: 255 });
      },
    );
  }
}
