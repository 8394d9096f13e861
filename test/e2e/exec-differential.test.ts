/** The same `exec` shows the same under lamina and runc: exit status, and what the program finds around itself. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../support/bundle.ts";
import { withoutGo } from "../support/headline.ts";
import type { JsonObject } from "../support/json.ts";
import { requires } from "../support/requires.ts";
import { inComparableEnvironment, peer, type Runtime, runtimeUnderTest } from "../support/runtimes.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

interface Case {
  readonly title: string;
  readonly flags?: readonly string[];
  /** Of a file for `--process`. */
  readonly process?: JsonObject;
  readonly words?: readonly string[];
  readonly stdin?: string;
}

const LOOK = ["status", "cwd", "env", "fds", "limits"];
const WAITING = ["/probe", "sleep-until-signal"];
const PROCESS: JsonObject = { cwd: "/", args: ["/probe", ...LOOK], user: { uid: 0, gid: 0 }, env: ["PATH=/"] };
const RIGHTS = ["CAP_KILL", "CAP_CHOWN"];

const CASES: readonly Case[] = [
  { title: "without options", words: LOOK },
  { title: "a program that fails", words: ["exit", "42"] },
  { title: "a program that exits as exec does when it fails itself", words: ["exit", "255"] },
  { title: "a program that a signal kills", words: ["kill-self", "KILL"] },
  { title: "its streams", words: ["say", "out", "stdin"], stdin: "typed\n" },
  { title: "what looks like options behind the id", words: ["args", "-x", "--user", "5", "--"] },
  { title: "--user with a uid", flags: ["--user", "1000"], words: LOOK },
  { title: "--user with a group", flags: ["-u", "5:6"], words: LOOK },
  { title: "--additional-gids, twice", flags: ["--additional-gids", "7", "--additional-gids", "8"], words: LOOK },
  { title: "--env, of which the last counts", flags: ["-e", "A=1", "-e", "B=two words", "-e", "A=3"], words: ["env"] },
  { title: "HOME that is empty", flags: ["-e", "HOME="], words: ["env"] },
  { title: "HOME of another user", flags: ["-u", "1000"], words: ["env"] },
  { title: "PATH of the options", flags: ["-e", "PATH=/nowhere:/"], words: ["env"] },
  { title: "--cwd", flags: ["--cwd", "/etc"], words: ["cwd"] },
  { title: "--cwd that does not exist", flags: ["--cwd", "/nowhere"], words: ["cwd"] },
  { title: "--cwd that is relative", flags: ["--cwd", "etc"], words: ["cwd"] },
  { title: "--cap", flags: ["-c", "CAP_SYS_NICE", "-c", "CAP_NET_RAW"], words: LOOK },
  { title: "--cap for a user", flags: ["--cap", "CAP_SYS_NICE", "-u", "1000"], words: LOOK },
  { title: "--no-new-privs", flags: ["--no-new-privs"], words: LOOK },
  { title: "--user that is a name", flags: ["--user", "root"], words: ["true"] },
  { title: "--additional-gids that is negative", flags: ["-g", "-5"], words: ["true"] },
  { title: "--env without a value", flags: ["--env", "A"], words: ["true"] },
  { title: "--tty that is detached without a socket", flags: ["--tty", "--detach"], words: ["true"] },
  { title: "a socket for no terminal", flags: ["--console-socket", "/nowhere"], words: ["true"] },
  { title: "--cgroup that does not exist", flags: ["--cgroup", "nowhere"], words: ["true"] },
  { title: "--cgroup of a controller that does not exist", flags: ["--cgroup", "nosuch:nowhere"], words: ["true"] },
  { title: "--cgroup of another form", flags: ["--cgroup", "a:b:c"], words: ["true"] },
  { title: "--process", process: PROCESS },
  { title: "--process without capabilities, which has the container's", process: { ...PROCESS, capabilities: null } },
  {
    title: "--process with capabilities of its own",
    process: { ...PROCESS, capabilities: { bounding: RIGHTS, permitted: RIGHTS, effective: ["CAP_KILL"] } },
  },
  { title: "--process of a user", process: { ...PROCESS, user: { uid: 1000, gid: 1000, additionalGids: [5] } } },
  { title: "--process with limits of its own", process: { ...PROCESS, rlimits: [{ type: "RLIMIT_CORE", soft: 1, hard: 2 }] } },
  { title: "--process that may gain privileges", process: { ...PROCESS, noNewPrivileges: false } },
  { title: "--process without a working directory", process: { args: ["/probe", "true"] } },
  { title: "--process without a program", process: { cwd: "/" } },
  { title: "an id that does not exist", flags: ["no-such-container"], words: ["true"] },
];

/** Whole commands, for programs other than the probe. */
const PROGRAMS: readonly (readonly string[])[] = [["nonexistent-cmd"], ["/no/such/path"], ["/etc/noexec"], ["/etc"], ["script", "one"], []];

const RECIPES: Readonly<Record<string, Recipe>> = {
  "a container": {},
  "a container of a user with limits": {
    config: {
      process: {
        user: { uid: 1000, gid: 1000, additionalGids: [5, 6] },
        noNewPrivileges: true,
        oomScoreAdj: 321,
        cwd: "/tmp",
        env: ["PATH=/bin:/", "TERM=dumb", "A=0"],
        rlimits: [{ type: "RLIMIT_CORE", soft: 100, hard: 200 }],
      },
    },
  },
};

const comparable = requires("root", "runc");

for (const [what, recipe] of Object.entries(RECIPES)) {
  test.if(comparable)(`in ${what}`, async () => {
    const runc = peer("runc");
    if (runc === undefined) throw new Error("runc is not installed");
    const [expected, actual] = [await showAll(runc, recipe), await showAll(runtimeUnderTest(), recipe)];
    expect(actual).toEqual(expected);
  });
}

async function showAll(runtime: Runtime, recipe: Recipe): Promise<Record<string, unknown>> {
  const files = { "etc/noexec": { text: "#!/probe true\n", mode: 0o644 }, "bin/script": { text: "#!/probe args\n", mode: 0o755 } };
  await using box = await sandbox(
    { ...recipe, args: WAITING, rootfs: files },
    { runtime: inComparableEnvironment(runtime), forgiving: true },
  );
  const running = await box.create();
  expect((await box.call(["start", box.id])).exitCode).toBe(0);
  await running.shows("waiting");
  const shown: Record<string, unknown> = {};
  for (const one of CASES) shown[one.title] = await show(box, one);
  for (const words of PROGRAMS) shown[`the program ${words.join(" ")}`] = await outcomeOf(box, [box.id, ...words]);
  return shown;
}

async function show(box: Sandbox, { flags = [], process, words = [], stdin }: Case): Promise<unknown> {
  if (process === undefined) return outcomeOf(box, [...flags, box.id, "/probe", ...words], stdin);
  const file = join(box.host, "process.json");
  await writeFile(file, JSON.stringify(process));
  return outcomeOf(box, [...flags, "--process", file, box.id], stdin);
}

/** Standard error is every runtime's own, but for the words that engines look for. */
async function outcomeOf(box: Sandbox, words: readonly string[], stdin = ""): Promise<unknown> {
  const { exitCode, stdout, stderr } = await box.call(["exec", ...words], { stdin });
  const matched = MATCHED.exec(stderr.replaceAll("\\", "").replace(/"\n$/, "\n"))?.[0] ?? "";
  return { exitCode, lines: steady(stdout), said: withoutGo(matched.replace(/runc|lamina/, "RUNTIME")) };
}

const MATCHED =
  /exec failed: (unable to start container process: (exec: ".*|chdir to cwd \(.*\) set in config.json failed: .*)|cannot .*|container does not exist|process args cannot be empty|Cwd must be .*)/;

/** Without what differs in order only, and the limit that runc 1.1 sets to its own in exec. */
function steady(stdout: string): string[] {
  const lines = stdout.split("\n").filter((line) => line !== "" && !line.startsWith("NOFILE "));
  const isEnv = (line: string): boolean => line.startsWith("env ");
  return [...lines.filter((line) => !isEnv(line)), ...lines.filter(isEnv).sort()];
}
