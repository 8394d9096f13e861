/** --timeline of the commands that start a process: what is in it, where it goes, and that nothing else changes. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { areClocksSilent } from "../../src/sys/process/clock.ts";
import { canFilter, forbids } from "../support/filtered.ts";
import { FORMS, formed } from "../support/forms.ts";
import { isObject, parseObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { atTerminal, screenOf } from "../support/screen.ts";
import { endOf, INIT, remarksIn, stepsIn, type TraceEvent, traceEvents } from "../support/trace.ts";
import { TEST_TIMEOUT, until } from "../support/until.ts";
import { defaultNamespaces } from "./corpus/case.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
/** The operations of a side's steps, each with its number. */
function numbered(steps: readonly TraceEvent[]): string[] {
  return steps.flatMap(({ args }) => (args?.step === undefined ? [] : [`${String(args.step)} ${String(args.op)}`])).sort();
}

/** What explain says that create does. */
async function explained(box: Sandbox, flags: readonly string[]): Promise<string[]> {
  const plan = parseObject((await box.must(["explain", "--bundle", box.path, "--format", "json", ...flags, box.id])).stdout);
  const side = (letter: "h" | "i", list: unknown): string[] =>
    Array.isArray(list) ? list.map((step, i) => `${letter}${i + 1} ${isObject(step) ? String(step.op) : ""}`) : [];
  return [...side("h", plan.host), ...side("i", plan.init)];
}

describe("create and start", () => {
  for (const form of root ? FORMS : []) {
    test(`together show the steps that explain shows, by number and in order, ${form.name}`, async () => {
      await using container = await formed(form, { args: ["/probe", "fds"] });
      const { box } = container;
      const [atCreate, atStart] = [join(box.directory, "create.json"), join(box.directory, "start.json")];
      const { running, pid } = await container.create([`--timeline=${atCreate}`]);
      await until("init has let go of the times", () => !readFileSync(`/proc/${pid}/maps`, "utf8").includes("lamina:times"));
      const started = await container.call(["start", `--timeline=${atStart}`, box.id]);
      expect(started).toMatchObject({ exitCode: 0, stderr: "" });
      await running.shows("fds 0 1 2");
      const created = stepsIn(atCreate);
      const steps = [...created, ...stepsIn(atStart)];
      expect([remarksIn(atCreate), remarksIn(atStart)]).toEqual([[], []]);
      const flags = ["--pid-file", join(box.directory, "pid"), ...(form.flags ?? [])];
      const known = form.caller === undefined && form.joined === undefined ? await explained(box, flags) : undefined;
      if (known !== undefined) expect(numbered(steps).filter((step) => !known.includes(step))).toEqual([]);
      const ops = created.map(({ args }) => args?.op);
      expect(ops).toContain("spawnInit");
      expect(ops).toContain("letGo");
      expect(numbered(stepsIn(atStart)).map((step) => step.replace(/^i\d+ /, ""))).toEqual(["exec"]);
      for (const thread of [1, INIT]) {
        const list = steps.filter(({ tid }) => tid === thread);
        for (const [i, step] of list.slice(1).entries()) expect(step.ts ?? 0).toBeGreaterThanOrEqual(endOf(list[i] as TraceEvent) - 0.01);
      }
    });
  }

  test.if(root)("a startContainer hook and the program belong to start, with their places", async () => {
    const hook = { path: "/probe", args: ["probe", "exit", "0"] };
    await using box = await sandbox({ args: ["/probe", "exit", "0"], config: { hooks: { startContainer: [hook] } } });
    await box.create();
    const file = join(box.directory, "start.json");
    await box.must(["start", `--timeline=${file}`, box.id]);
    const init = stepsIn(file).filter(({ tid }) => tid === INIT);
    expect(init.map(({ args }) => [args?.op, args?.pointer])).toEqual([
      ["runHook", "/hooks/startContainer/0"],
      ["exec", "/process/args"],
    ]);
    await box.reaches("stopped");
  });
});

describe("run", () => {
  test.if(root)("tells it on standard error when the program has ended, and changes neither output nor status", async () => {
    await using box = await sandbox({ args: ["/probe", "fds", "exit", "7"] });
    const { exitCode, stdout, stderr } = await box.call(["run", "--timeline", "--bundle", box.path, box.id]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 7, stdout: "fds 0 1 2\n" });
    expect(stderr).toStartWith(`Timeline of run ${box.id}: the program began after `);
    expect(stderr).toMatch(/^ +h\d+ start init/m);
    expect(stderr).toMatch(/^ +i\d+ execute "\/probe"/m);
    expect(stderr).toContain("\nWhat took longest:\n");
    expect(Math.max(...stderr.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(100);
  });

  test.if(root)("writes a file while the program runs, which explain shows", async () => {
    await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
    const file = join(box.directory, "timeline.json");
    const running = await box.start(["run", `--timeline=${file}`, "--bundle", box.path, box.id]);
    await running.shows("waiting");
    await until("the timeline is written", () => statSync(file).size > 0);
    const shown = await box.must(["explain", "--timeline", file]);
    expect(shown.stdout).toStartWith(`Timeline of run ${box.id}: the program began after `);
    const again = await box.must(["explain", "--timeline", file, "--format", "json"]);
    expect(stepsIn(file)).toEqual(traceEvents(again.stdout).filter(({ cat }) => cat === "step"));
    await box.must(["kill", box.id, "KILL"]);
    expect((await running.ended).stderr).toBe("");
  });

  for (const columns of [44, 132]) {
    test.if(root)(`on a terminal of ${columns} columns shows it below what the program wrote, whose terminal it has been`, async () => {
      await using box = await sandbox({ args: ["/probe", "fds"], config: { process: { terminal: true } } });
      const [lamina = ""] = runtimeUnderTest().argv;
      const words = [lamina, "--root", box.stateRoot, "run", "--timeline", "--bundle", box.path, box.id];
      const terminal = atTerminal(words, { cwd: box.directory, columns });
      expect(await terminal.ended).toBe(0);
      const [printed, headline = "", ...lines] = screenOf(terminal.written());
      expect(printed).toBe("fds 0 1 2");
      expect(headline).toStartWith(`Timeline of run ${box.id}: `);
      const widths = [headline, ...lines].map((line) => [...line].length);
      expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      expect(Math.max(...widths)).toBeGreaterThan(columns - 15);
    });
  }

  test.if(root)("takes the format from the file's name, or from a word before it", async () => {
    await using box = await sandbox({ args: ["/probe", "exit", "0"] });
    const run = (target: string) => box.call(["run", `--timeline=${target}`, "--bundle", box.path, box.id], { cwd: box.directory });
    expect((await run("text")).exitCode).toBe(0);
    expect(await Bun.file(join(box.directory, "text")).text()).toStartWith("Timeline of run ");
    expect((await run("json:text")).exitCode).toBe(0);
    expect(stepsIn(join(box.directory, "text")).length).toBeGreaterThan(20);
    expect(traceEvents((await run("json:-")).stderr).length).toBeGreaterThan(20);
  });

  test.if(root)("with --detach tells it and leaves the container running", async () => {
    await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
    const file = join(box.directory, "timeline.json");
    const { exitCode, stderr } = await box.call(["run", "--detach", `--timeline=${file}`, "--bundle", box.path, box.id]);
    expect({ exitCode, stderr, status: await box.status() }).toEqual({ exitCode: 0, stderr: "", status: "running" });
    expect(stepsIn(file).at(-1)?.args?.op).toBe("exec");
  });

  test.if(root && requires("time-namespace"))("init's times are the host's in a time namespace with a clock of its own", async () => {
    const timeOffsets = { monotonic: { secs: 86400 } };
    await using box = await sandbox({
      args: ["/probe", "exit", "0"],
      config: { linux: { namespaces: defaultNamespaces("time"), timeOffsets } },
    });
    const file = join(box.directory, "timeline.json");
    await box.must(["run", `--timeline=${file}`, "--bundle", box.path, box.id]);
    const steps = stepsIn(file);
    const host = steps.filter(({ tid }) => tid !== INIT);
    const init = steps.filter(({ tid }) => tid === INIT);
    expect(remarksIn(file)).toEqual([]);
    expect(init.at(-1)?.args?.op).toBe("exec");
    expect(Math.min(...init.map(({ ts = 0 }) => ts))).toBeGreaterThan(host[0]?.ts ?? 0);
    expect(Math.max(...init.map(endOf))).toBeLessThanOrEqual(Math.max(...host.map(endOf)));
  });

  for (const noNewPrivileges of canFilter ? [true, false] : []) {
    test(`shows all steps with a filter, noNewPrivileges: ${noNewPrivileges}`, async () => {
      const config = { process: { noNewPrivileges }, linux: { seccomp: forbids("clock_gettime", "SCMP_ACT_KILL_PROCESS") } };
      await using box = await sandbox({ args: ["/probe", "exit", "0"], config });
      const file = join(box.directory, "timeline.json");
      await box.must(["run", `--timeline=${file}`, "--bundle", box.path, box.id]);
      expect(remarksIn(file)).toEqual([]);
      const ops = stepsIn(file).map(({ args }) => args?.op);
      expect(ops).toContain("loadFilter");
    });
  }
});

test.if(canFilter)("behind a filter that may refuse to tell the time, what is left is measured as one", async () => {
  const config = { process: { noNewPrivileges: true }, linux: { seccomp: forbids("clock_gettime", "SCMP_ACT_KILL_PROCESS") } };
  await using box = await sandbox({ args: ["/probe", "exit", "3"], config, host: { source: "hpet\n" } });
  const file = join(box.directory, "timeline.json");
  const known = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
  const script = `mount --bind ${join(box.host, "source")} ${known} && exec "$@"`;
  const prefix = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
  expect(await box.call(["run", `--timeline=${file}`, "--bundle", box.path, box.id], { prefix })).toEqual({
    exitCode: 3,
    stdout: "",
    stderr: "",
  });
  const last = stepsIn(file).findLast(({ tid }) => tid === INIT);
  expect([last?.args?.op, last?.args?.step, remarksIn(file)]).toEqual(["loadFilter", expect.stringMatching(/^i\d+–i\d+$/), []]);
});

test.if(root && requires("strace", "cgroupfs-driver"))(
  "nobody reads a clock or makes memory for it unless asked, and init never by a system call",
  async () => {
    await using box = await sandbox({ args: ["/probe", "exit", "0"] });
    const trace = join(box.directory, "trace");
    const callsOf = async (...flags: string[]): Promise<{ memory: number; processes: number }> => {
      const prefix = ["strace", "-f", "-e", "trace=memfd_create,clock_gettime", "-o", trace];
      await box.must(["run", ...flags, "--bundle", box.path, box.id], { prefix });
      const lines = readFileSync(trace, "utf8").split("\n");
      const readers = lines.filter((line) => line.includes("clock_gettime(")).map((line) => line.split(" ")[0]);
      return { memory: lines.filter((line) => line.includes('memfd_create("lamina:times"')).length, processes: new Set(readers).size };
    };
    expect(await callsOf()).toEqual({ memory: 0, processes: 0 });
    const processes = areClocksSilent() ? 1 : 3; // init's stages too where the kernel has no clock that can be read without a call
    expect(await callsOf(`--timeline=${join(box.directory, "timeline.json")}`)).toEqual({ memory: 1, processes });
  },
);

test.if(root)("exec: every step of both sides, and the status of the program", async () => {
  await using box = await sandbox({ args: ["/probe", "sleep-until-signal"] });
  const running = await box.create();
  await box.must(["start", box.id]);
  await running.shows("waiting");
  const file = join(box.directory, "timeline.json");
  const outcome = await box.call(["exec", `--timeline=${file}`, box.id, "/probe", "exit", "5"]);
  expect(outcome).toEqual({ exitCode: 5, stdout: "", stderr: "" });
  const ops = stepsIn(file).map(({ args }) => args?.op);
  for (const op of ["spawnInit", "joinProcess", "cloneChild", "sync", "exec", "awaitExec"]) expect(ops).toContain(op);
  const shown = await box.call(["exec", "--timeline", "--detach", box.id, "/probe", "exit", "0"]);
  expect(shown.stderr).toStartWith(`Timeline of exec ${box.id}: the program began after `);
});
