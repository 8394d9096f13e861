/**
 * `npm run test:vm [FILE…]`: tests of the built executable on a machine with cgroup v2 and systemd as process 1, which this one need not
 * be: with both cgroup drivers, as root and as a user in their session. Without files, those that are about cgroups. QEMU emulates the
 * machine where there is no KVM, and then it takes some minutes. The last line is "N passed, N failed, N skipped".
 */
import { chmod, cp, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { RuntimeError } from "../src/base/errors.ts";
import { buildProbe } from "../test/support/probe.ts";
import { build } from "./build.ts";
import { requireCompiler } from "./check.ts";
import { obtain } from "./requirements.ts";
import { runScript } from "./run-script.ts";
import { addTotals, countRun, describeTotals, type Totals } from "./test-report.ts";
import { ROOT } from "./test-run.ts";
import { mountShares, runInVm } from "./vm.ts";
import { VM_USER, vmImage } from "./vm-image.ts";

interface Mode {
  readonly name: string;
  readonly isRoot: boolean;
  readonly systemd: boolean;
  /** Below test/, if none are given. */
  readonly files: readonly string[];
}

const e2e = (...names: readonly string[]): string[] => names.map((name) => `test/e2e/${name}.test.ts`);
const OF_CGROUPS = e2e("lifecycle", "pause", "events", "ps");
const BY_PATH = e2e("kill-all", "cgroup-v2", "systemd", "systemd-session");

const MODES: readonly Mode[] = [
  { name: "root, cgroupfs", isRoot: true, systemd: false, files: [...OF_CGROUPS, ...BY_PATH] },
  { name: "root, systemd", isRoot: true, systemd: true, files: OF_CGROUPS },
  { name: "user, cgroupfs", isRoot: false, systemd: false, files: e2e("rootless") },
  { name: "user, systemd", isRoot: false, systemd: true, files: e2e("rootless") },
];

const DEADLINE = 60 * 60_000;
/** In milliseconds, for one test, and how much slower an emulated machine is. */
const TEST_DEADLINE = 600_000;
const SLOWNESS = 10;

await runScript("test:vm", async () => {
  requireCompiler();
  const missing = obtain(["vm"]);
  if (missing.length > 0) throw new RuntimeError("unsupported", missing.join("\n"));
  const given = process.argv.slice(2);
  const executable = process.env.LAMINA ?? (await build());
  const image = await vmImage(process.env.SUITE ?? "bookworm");
  const results = await mkdtemp(join(tmpdir(), "lamina-vm-"));
  await chmod(results, 0o755); // the user's results are in it too
  try {
    const shares = [ROOT, await realpath(join(ROOT, "node_modules"))].filter(
      (path, i, all) => all.indexOf(path) === i && !isBelow(path, all),
    );
    await cp(dirname(await buildProbe()), join(results, "probe"), { recursive: true });
    const modes = MODES.map((mode) => (given.length === 0 ? mode : { ...mode, files: given }));
    await writeFile(join(results, "run"), await script(modes, shares, executable));
    await runInVm({ image, results, shares, deadline: DEADLINE });
    const totals = addTotals(await Promise.all(modes.map((mode, i) => totalsOf(mode, join(results, String(i))))));
    if (totals.failed > 0) console.log(await readFile(join(results, "log"), "utf8"));
    console.log(describeTotals(totals));
    return totals.failed === 0 ? 0 : 1;
  } finally {
    await rm(results, { recursive: true, force: true });
  }
});

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
  return `set -x\nsystemctl start user@${VM_USER}\n${mountShares(shares)}cd ${ROOT}${runs.join("\n")}\n`;
}

/** A user's process in a unit of their own, with every controller delegated to it. */
function prefixOf({ isRoot }: Mode): string {
  return isRoot
    ? ""
    : `systemd-run --machine=${VM_USER}@.host --user --quiet --pipe --wait --property=Delegate=yes --working-directory=${ROOT}`;
}

function environmentOf({ isRoot, systemd }: Mode, executable: string): string {
  const own = isRoot ? "HOME=/root" : `HOME=/home/user XDG_RUNTIME_DIR=/run/user/${VM_USER}`;
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
