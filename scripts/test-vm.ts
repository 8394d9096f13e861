/**
 * `npm run test:vm [-- [--kernel RELEASE] [--short] [FILE…]]`: tests of the built executable on a machine with cgroup v2, systemd as process 1
 * and an older kernel, which this one need not be: with both cgroup drivers, as root and as a user in their session. Without files, those
 * that are about cgroups, about what kernels differ in, and about checkpoints; the short form leaves out what does not depend on the kernel.
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
import { ROOT } from "./test-run.ts";
import { findCriu } from "./unpack-criu.ts";
import { mountShares, runInVm } from "./vm.ts";
import { KERNELS, type Kernel, VM_USER, vmImage } from "./vm-image.ts";

interface Mode {
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
const OF_KERNELS = e2e("fallbacks", "layers", "joined-namespaces", "userns-binds", "memory-policy", "net-devices", "processors");
const CHECKPOINTS = e2e("checkpoint", "checkpoint-tcp");
const OF_USERS = e2e("rootless", "rootless-layers");

const MODES: readonly Mode[] = [
  {
    name: "root, cgroupfs",
    isRoot: true,
    systemd: false,
    files: [...OF_CGROUPS, ...BY_PATH, ...OF_KERNELS, ...CHECKPOINTS],
    short: [...e2e("cgroup-v2"), ...OF_KERNELS, ...CHECKPOINTS],
  },
  { name: "root, systemd", isRoot: true, systemd: true, files: [...OF_CGROUPS, ...CHECKPOINTS], short: e2e("lifecycle", "checkpoint-tcp") },
  { name: "user, cgroupfs", isRoot: false, systemd: false, files: OF_USERS, short: OF_USERS },
  { name: "user, systemd", isRoot: false, systemd: true, files: e2e("rootless"), short: e2e("rootless") },
];

const DEADLINE = 120 * 60_000;
/** In milliseconds, for one test, and how much slower an emulated machine is. */
const TEST_DEADLINE = 600_000;
const SLOWNESS = 10;

await runScript("test:vm", async () => {
  requireCompiler();
  const missing = obtain(["vm"]);
  if (missing.length > 0) throw new RuntimeError("unsupported", missing.join("\n"));
  const { kernel, isShort, files: given } = parseWords(process.argv.slice(2));
  const executable = resolve(process.env.LAMINA ?? (await build()));
  const image = await vmImage(kernel);
  const results = await mkdtemp(join(tmpdir(), "lamina-vm-"));
  await chmod(results, 0o755); // the user's results are in it too
  try {
    const shares = await sharesFor(executable);
    await cp(dirname(await buildProbe()), join(results, "probe"), { recursive: true });
    const modes = MODES.map((mode) => ({ ...mode, files: given.length > 0 ? given : isShort ? mode.short : mode.files }));
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

function parseWords(words: string[]): { readonly kernel: Kernel; readonly isShort: boolean; readonly files: readonly string[] } {
  const options = { kernel: { type: "string", default: "6.1" }, short: { type: "boolean", default: false } } as const;
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const known = Object.keys(KERNELS) as Kernel[];
  const kernel = known.find((release) => release === values.kernel);
  if (kernel === undefined) throw new RuntimeError("usage", `--kernel takes one of ${known.join(", ")}`);
  return { kernel, isShort: values.short, files: positionals };
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
