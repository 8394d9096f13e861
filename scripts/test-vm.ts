/**
 * `npm run test:vm [-- [--kernel RELEASE] [--mode MODE]… [--all | --short | FILE…]]`: tests of the built executable on a machine with cgroup v2,
 * systemd as process 1 and an older kernel, which this one need not be: with both cgroup drivers, as root and as a user in their session; or
 * only in the modes that are named. Without files, those that are about cgroups, about what kernels differ in, and about checkpoints; the short
 * form leaves out what does not depend on the kernel, and `--all` is every end-to-end test in every mode.
 * QEMU emulates the machine where there is no KVM, ten times as slow. The last line is "N passed, N failed, N skipped".
 */
import { chmod, cp, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { RuntimeError } from "../src/base/errors.ts";
import { buildProbe } from "../test/support/probe.ts";
import { build } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { cacheDirectory } from "./debian-package.ts";
import { obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";
import { addTotals, countRun, describeCounts, describeTotals, type Totals } from "./test-report.ts";
import { findTests, ROOT } from "./test-run.ts";
import { findCriu } from "./unpack-criu.ts";
import { mountShares, runInVm } from "./vm.ts";
import { KERNELS, type Kernel, VM_USER, vmImage } from "./vm-image.ts";

interface Mode {
  /** As `--mode` takes it. */
  readonly name: string;
  readonly isRoot: boolean;
  readonly systemd: boolean;
  /** If none are given. */
  readonly files: readonly string[];
  readonly short: readonly string[];
}

const e2e = (...names: readonly string[]): string[] => names.map((name) => `test/e2e/${name}.test.ts`);
const OF_CGROUPS = e2e("lifecycle", "pause", "events", "ps");
const BY_PATH = e2e("kill-all", "cgroup-v2", "systemd", "systemd-session");
/** Where a plan depends on what the kernel has, or init on what it answers. */
const OF_KERNELS = e2e(
  "fallbacks",
  "layers",
  "joined-namespaces",
  "userns-binds",
  "memory-policy",
  "net-devices",
  "net-devices-back",
  "processors",
);
const CHECKPOINTS = e2e("checkpoint", "checkpoint-propagation", "checkpoint-tcp");
const OF_USERS = e2e("rootless", "rootless-layers");

const MODES: readonly Mode[] = [
  {
    name: "root-cgroupfs",
    isRoot: true,
    systemd: false,
    files: [...OF_CGROUPS, ...BY_PATH, ...OF_KERNELS, ...CHECKPOINTS],
    short: [...e2e("cgroup-v2"), ...OF_KERNELS, ...CHECKPOINTS],
  },
  { name: "root-systemd", isRoot: true, systemd: true, files: [...OF_CGROUPS, ...CHECKPOINTS], short: e2e("lifecycle", "checkpoint-tcp") },
  { name: "user-cgroupfs", isRoot: false, systemd: false, files: OF_USERS, short: OF_USERS },
  { name: "user-systemd", isRoot: false, systemd: true, files: e2e("rootless"), short: e2e("rootless") },
];

const DEADLINE = 480 * 60_000;
/** In milliseconds, for one test, and how much slower an emulated machine is. */
const TEST_DEADLINE = 600_000;
const SLOWNESS = 10;

await runScript("test:vm", async () => {
  requireCompiler();
  const missing = obtain(["vm"]);
  if (missing.length > 0) throw new RuntimeError("unsupported", missing.join("\n"));
  const { kernel, modes: wanted, filesOf } = await parseWords(process.argv.slice(2));
  const executable = resolve(process.env.LAMINA ?? (await build()));
  const image = await vmImage(kernel);
  const results = await mkdtemp(join(tmpdir(), "lamina-vm-"));
  await chmod(results, 0o755); // the user's results are in it too
  try {
    const shares = await sharesFor(executable);
    await cp(dirname(await buildProbe()), join(results, "probe"), { recursive: true });
    const modes = wanted.map((mode) => ({ ...mode, files: filesOf(mode) }));
    await writeFile(join(results, "run"), await script(modes, shares, executable));
    await runInVm({ image, results, shares, deadline: DEADLINE });
    const each = await Promise.all(modes.map(async (mode, i) => ({ mode, totals: await totalsOf(mode, join(results, String(i))) })));
    const totals = addTotals(each.map((one) => one.totals));
    const log = await readFile(join(results, "log"), "utf8");
    console.log(totals.failed > 0 ? log : log.slice(0, log.indexOf("\n")));
    for (const one of each) console.log(`${one.mode.name}: ${describeCounts(one.totals)}`);
    console.log(describeTotals(totals));
    return totals.failed === 0 ? 0 : 1;
  } finally {
    await rm(results, { recursive: true, force: true });
  }
});

interface Words {
  readonly kernel: Kernel;
  readonly modes: readonly Mode[];
  readonly filesOf: (mode: Mode) => readonly string[];
}

async function parseWords(words: string[]): Promise<Words> {
  const options = {
    kernel: { type: "string", default: "6.1" },
    mode: { type: "string", multiple: true },
    all: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
  } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  if (Number(values.all) + Number(values.short) + Number(positionals.length > 0) > 1) {
    throw new RuntimeError("usage", "--all, --short and files exclude each other");
  }
  const kernel = oneOf("--kernel", Object.keys(KERNELS) as Kernel[], values.kernel);
  const names = MODES.map((mode) => mode.name);
  const wanted = (values.mode ?? names).map((word) => oneOf("--mode", names, word));
  const modes = MODES.filter((mode) => wanted.includes(mode.name));
  const given = values.all ? await findTests(["e2e/*.test.ts"]) : positionals;
  return { kernel, modes, filesOf: (mode) => (given.length > 0 ? given : values.short ? mode.short : mode.files) };
}

function oneOf<T extends string>(option: string, known: readonly T[], word: string): T {
  const found = known.find((one) => one === word);
  if (found === undefined) throw new RuntimeError("usage", `${option} takes one of ${known.join(", ")}`);
  return found;
}

/** Of this machine's directories: the project, and what it needs from outside. */
async function sharesFor(executable: string): Promise<string[]> {
  const criu = findCriu() === undefined ? [] : [cacheDirectory()];
  const all = [ROOT, await realpath(join(ROOT, "node_modules")), dirname(executable), ...criu];
  return all.filter((path, i) => all.indexOf(path) === i && !isBelow(path, all));
}

function isBelow(path: string, all: readonly string[]): boolean {
  return all.some((other) => path.startsWith(`${other}/`));
}

/** Every mode has a directory of its own for its report, output and status. */
async function script(modes: readonly Mode[], shares: readonly string[], executable: string): Promise<string> {
  const probe = basename(dirname(await buildProbe()));
  const runs = modes.map((mode, i) => {
    const uid = mode.isRoot ? 0 : VM_USER;
    const at = `/run/results/${i}`;
    const home = probe.replace(/-\d+-/, `-${uid}-`);
    return `
echo '== ${mode.name}'
mkdir -p ${at} && cp -r /run/results/probe /tmp/${home} 2>/dev/null; chown -R ${uid}:${uid} /tmp/${home} ${at}
${prefixOf(mode)} env ${environmentOf(mode, executable)} ${testCommand(mode)} --reporter-outfile=${at}/report.xml >${at}/out 2>&1
echo $? >${at}/status; cat ${at}/out`;
  });
  const devices = "if mountpoint -q /tmp; then umount --lazy /tmp; fi\n"; // a tmpfs of systemd's has none, and containers' roots are to have some
  return `uname -r\nset -x\n${devices}systemctl start user@${VM_USER}\n${mountShares(shares)}cd ${ROOT}${runs.join("\n")}\n`;
}

/** A user's process in a unit of their own, with every controller delegated to it. */
function prefixOf({ isRoot }: Mode): string {
  return isRoot
    ? ""
    : `systemd-run --machine=${VM_USER}@.host --user --quiet --pipe --wait --property=Delegate=yes --working-directory=${ROOT}`;
}

function environmentOf({ isRoot, systemd }: Mode, executable: string): string {
  const own = isRoot ? `HOME=/root XDG_CACHE_HOME=${dirname(cacheDirectory())}` : `HOME=/home/user XDG_RUNTIME_DIR=/run/user/${VM_USER}`;
  return `${own} LAMINA_SLOWNESS=${SLOWNESS} LAMINA=${executable} PATH=${join(ROOT, "node_modules/.bin")}:/usr/sbin:/usr/bin:/sbin:/bin${systemd ? " LAMINA_DRIVER=systemd" : ""}`;
}

function testCommand({ files }: Mode): string {
  return `bun test --timeout=${TEST_DEADLINE} --only-failures --reporter=junit ${files.map((file) => `./${file}`).join(" ")}`;
}

async function totalsOf({ name, files }: Mode, directory: string): Promise<Totals> {
  const read = async (file: string): Promise<string | undefined> => {
    const found = Bun.file(join(directory, file));
    return (await found.exists()) ? found.text() : undefined;
  };
  const output = (await read("out")) ?? "";
  const skipReasons = new Map<string, number>();
  for (const [, reason = ""] of output.matchAll(/^skip: (.*)$/gm)) skipReasons.set(reason, (skipReasons.get(reason) ?? 0) + 1);
  const totals = countRun({ files, report: await read("report.xml"), exitCode: Number((await read("status")) ?? "1"), skipReasons });
  return { ...totals, problems: totals.problems.map((problem) => `${name}: ${problem}`) };
}
