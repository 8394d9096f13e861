/** explain: what it prints is what happens, according to strace, and printing it changes nothing. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Recipe } from "../support/bundle.ts";
import { isObject, type JsonObject, parseObject } from "../support/json.ts";
import { mountsBut } from "../support/mount-table.ts";
import { requires } from "../support/requires.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import { type ExplainedStep, followPlan } from "./explain/follow.ts";
import { readInitCalls, straceWords } from "./explain/trace.ts";

const root = requires("root");
const traceable = root && hasStrace();

function hasStrace(): boolean {
  if (Bun.which("strace") !== null) return true;
  if (process.env.STRICT === "1") throw new Error("STRICT=1 does not allow a skip because strace is not installed");
  process.stderr.write("skip: strace is not installed\n");
  return false;
}

interface Plan {
  readonly host: readonly JsonObject[];
  readonly init: readonly JsonObject[];
}

async function explain(box: Sandbox, ...flags: string[]): Promise<Plan> {
  const { stdout } = await box.must(["explain", "--bundle", box.path, "--format", "json", ...flags, box.id]);
  const { host, init } = parseObject(stdout);
  return { host: objects(host), init: objects(init) };
}

function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function stepsOf(plan: Plan): ExplainedStep[] {
  return plan.init
    .map(({ index, op, words, onFailure, step }) => ({
      index: Number(index),
      op: String(op),
      words: String(words),
      onFailure: String(onFailure),
      step: isObject(step) ? step : {},
    }))
    .filter(({ op }) => op !== "waitStart"); // run does not wait
}

const IDS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const USERS = ["pid", "ipc", "uts", "mount", "network", "cgroup", "user"].map((type) => ({ type }));

const RECIPES: readonly (readonly [string, Recipe])[] = [
  ["the default bundle", { args: ["/probe", "true"] }],
  [
    "a user with capabilities, limits and a directory of his own",
    {
      args: ["/probe", "true"],
      config: {
        domainname: "example",
        process: {
          user: { uid: 1000, gid: 1000, additionalGids: [5, 6], umask: 0o077 },
          cwd: "/work/here",
          oomScoreAdj: 100,
          capabilities: { ambient: ["CAP_KILL"], inheritable: ["CAP_KILL"] },
          rlimits: [
            { type: "RLIMIT_NOFILE", soft: 100, hard: 1000 },
            { type: "RLIMIT_CORE", soft: 0, hard: 4096 },
          ],
        },
        root: { readonly: false },
        linux: {
          sysctl: { "net.ipv4.ip_forward": "1" },
          ...(existsSync("/sys/devices/system/node/has_memory") ? { memoryPolicy: { mode: "MPOL_LOCAL" } } : {}),
          devices: [{ path: "/dev/mine", type: "c", major: 1, minor: 7, fileMode: 0o600, uid: 3, gid: 4 }],
        },
      },
      mounts: [
        { destination: "/data/deep", type: "bind", source: "@HOST@", options: ["rbind", "ro", "nosuid"] },
        { destination: "/data/file", type: "bind", source: "@PROBE@", options: ["bind", "rprivate"] },
        { destination: "/scratch", type: "tmpfs", source: "tmpfs", options: ["ro", "size=64k"] },
      ],
    },
  ],
  [
    "a user namespace with all the others",
    { args: ["/probe", "true"], config: { linux: { namespaces: USERS, uidMappings: IDS, gidMappings: IDS } } },
  ],
];

for (const [name, recipe] of RECIPES) {
  test.if(traceable)(`native init makes the calls that explain announces for ${name}, in that order, and no other`, async () => {
    await using box = await sandbox(recipe);
    const traces = join(box.directory, "traces");
    await mkdir(traces);
    const plan = await explain(box);
    const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix: straceWords(traces) });
    expect(outcome).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(followPlan(stepsOf(plan), await readInitCalls(traces), box.rootfs)).toEqual([]);
  });
}

test.if(traceable)("the comparison of plan and trace fails when a step is missing, added or changed", async () => {
  await using box = await sandbox({ args: ["/probe", "true"] });
  const traces = join(box.directory, "traces");
  await mkdir(traces);
  const steps = stepsOf(await explain(box));
  await box.must(["run", "--bundle", box.path, box.id], { prefix: straceWords(traces) });
  const calls = await readInitCalls(traces);
  const at = steps.findIndex(({ op }) => op === "sethostname");
  const without = steps.filter((_, i) => i !== at);
  const twice = steps.flatMap((step, i) => (i === at ? [step, step] : [step]));
  const changed = steps.map((step, i) => (i === at ? { ...step, step: { ...step.step, name: "other" } } : step));
  const differences = [steps, without, twice, changed].map((plan) => followPlan(plan, calls, box.rootfs).length > 0);
  expect(differences).toEqual([false, true, true, true]);
});

test.if(root)("every step of the default bundle is printed with its number, words, call and origin", async () => {
  await using box = await sandbox({});
  const { host, init } = await explain(box);
  const { stdout } = await box.must(["explain", "--bundle", box.path, box.id]);
  const lines = stdout.split("\n");
  const squeezed = lines
    .map((line) => [...line].slice(8, 78).join(""))
    .join("")
    .replace(/\s+/g, ""); // the column of the words
  for (const [letter, steps] of [["h", host] as const, ["i", init] as const]) {
    expect(lines.filter((line) => new RegExp(`^ +${letter}\\d+  `).test(line))).toHaveLength(steps.length);
    for (const { index, call, location, words } of steps) {
      const line = lines.find((one) => one.trimStart().startsWith(`${letter}${index} `)) ?? "";
      expect(line).toContain(String(call));
      expect(line).toContain(location === null ? "internal" : String(location));
      expect(squeezed).toContain(String(words).replace(/\s+/g, ""));
    }
  }
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(140);
});

test.if(root)("the location of a step is the line and column of the value that asked for it", async () => {
  await using box = await sandbox({});
  const text = readFileSync(join(box.path, "config.json"), "utf8");
  const { init } = await explain(box);
  const [, line = "", column = ""] = /^config\.json:(\d+):(\d+)$/.exec(String(init.find(({ op }) => op === "sethostname")?.location)) ?? [];
  expect(text.split("\n")[Number(line) - 1]?.slice(Number(column) - 1)).toStartWith('"container"');
});

test.if(root)("steps are numbered from 1 without gaps, and every large number is a decimal string", async () => {
  await using box = await sandbox({});
  const { host, init } = await explain(box);
  for (const steps of [host, init]) expect(steps.map(({ index }) => index)).toEqual(steps.map((_, i) => i + 1));
  const capset = init.find(({ op }) => op === "capset")?.step;
  expect(isObject(capset) ? capset.permitted : undefined).toBe(String((1 << 5) | (1 << 10) | (1 << 29)));
});

test.if(root)("options of create that change the plan change explain's output", async () => {
  await using box = await sandbox({});
  const plain = await explain(box);
  const altered = await explain(box, "--no-pivot", "--no-new-keyring", "--pid-file", "/run/pid");
  const ops = (steps: readonly JsonObject[]): string[] => steps.map(({ op }) => String(op));
  expect([ops(plain.init).includes("pivotRoot"), ops(plain.init).includes("newSessionKeyring")]).toEqual([true, true]);
  expect([ops(altered.init).includes("moveRoot"), ops(altered.init).includes("newSessionKeyring")]).toEqual([true, false]);
  expect([ops(plain.host).includes("writePidFile"), ops(altered.host).includes("writePidFile")]).toEqual([false, true]);
});

const WRITING =
  "trace=mount,umount2,move_mount,fsmount,mount_setattr,pivot_root,chroot,mkdir,mkdirat,mknod,mknodat,symlinkat,link,linkat,unlink,unlinkat," +
  "rename,renameat,renameat2,rmdir,truncate,ftruncate,chmod,fchmod,fchmodat,chown,fchown,fchownat,unshare,setns,sethostname,keyctl,bpf,execve";

test.if(traceable)("explain and check make no directory, mount, cgroup, namespace or process", async () => {
  await using box = await sandbox({});
  for (const words of [
    ["explain", "--bundle", box.path, box.id],
    ["check", "--bundle", box.path],
  ]) {
    const file = join(box.directory, `${words[0]}.trace`);
    const mountTable = (): string => mountsBut(readFileSync("/proc/self/mountinfo", "utf8"), [box.directory]);
    const mounts = mountTable();
    await box.must(words, { prefix: ["strace", "-f", "-o", file, "-e", WRITING] });
    const made = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => /^\d+ +\w+\(/.test(line) && !/ (execve\(|keyctl\(KEYCTL_CAPABILITIES)/.test(line));
    expect(made).toEqual([]);
    expect(readFileSync(file, "utf8").match(/ execve\(/g)).toHaveLength(1);
    expect({ mounts: mountTable(), state: existsSync(box.stateRoot), left: box.leftovers() }).toEqual({
      mounts,
      state: false,
      left: [],
    });
  }
});

test.if(root && requires("cgroupfs-driver"))("an unprivileged user can have a plan explained", async () => {
  const mine = [{ containerID: 0, hostID: 65534, size: 1 }];
  await using box = await sandbox({ config: { linux: { namespaces: USERS, uidMappings: mine, gidMappings: mine, resources: null } } });
  const nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
  const { exitCode, stdout, stderr } = await box.call(["explain", "--bundle", box.path], { prefix: nobody, env: { XDG_RUNTIME_DIR: "" } });
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toContain('wait for the host at "id-maps"');
});

test.if(root)("a bundle that cannot be planned is refused as by create", async () => {
  await using box = await sandbox({ config: { windows: { layerFolders: [] } } });
  const explained = await box.call(["explain", "--bundle", box.path, box.id]);
  const created = await box.call(["create", "--bundle", box.path, box.id]);
  expect([explained.exitCode, explained.stderr]).toEqual([created.exitCode, created.stderr]);
  expect(explained.exitCode).not.toBe(0);
});
