/**
 * Class: what the runtime writes to procfs lands elsewhere, since something is mounted over it or it is led there by links (runc CVE-2025-52881, youki
 * CVE-2025-62596): a sysctl, an offset of a clock, a score for the OOM killer written to the wrong file reaches the host. They go through a procfs of init's own.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DEFAULT, FORMS, type Form, formed } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { swap } from "../support/swapper.ts";
import { TEST_TIMEOUT } from "../support/until.ts";
import { contents } from "./contents.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
const STARTS = 20;
const hasNetwork = (form: Form): boolean => [...form.namespaces, ...(form.joined ?? [])].includes("network");
const SYSCTL = { "net.ipv4.ip_default_ttl": "77", "net.ipv4.ping_group_range": "5 7" };
const FILES = ["sys/net/ipv4/ip_default_ttl", "sys/net/ipv4/ping_group_range", "self/oom_score_adj"];
const READ = ["/probe", ...FILES.flatMap((file) => ["read", `/true/${file}`])];
/** A procfs that the image cannot cover shows the result; what is at /proc is the attacker's. */
const TRUE = { destination: "/true", type: "proc", source: "proc" };
const WRITTEN = ["77", "5\\t7", "500"].map((text, i) => `read /true/${FILES[i]} ok ${text}\\n`);

for (const form of FORMS.filter(hasNetwork)) {
  for (const [what, mounts] of Object.entries({
    "no procfs is mounted": [],
    "a volume takes the place of procfs": [{ destination: "/proc", type: "bind", source: "@HOST@/proc", options: ["bind"] }],
    "a tmpfs takes the place of procfs": [{ destination: "/proc", type: "tmpfs", source: "tmpfs" }],
    "procfs has a tmpfs above it": [
      { destination: "/proc", type: "proc", source: "proc" },
      { destination: "/elsewhere", type: "tmpfs", source: "tmpfs" },
    ],
  })) {
    test.if(root)(`sysctls and the score reach the container's kernel settings if ${what}, ${form.name}`, async () => {
      const config = {
        mounts: [TRUE, ...mounts],
        process: { oomScoreAdj: 500 },
        linux: { sysctl: SYSCTL, maskedPaths: null, readonlyPaths: null },
      };
      const files = Object.fromEntries(FILES.map((file) => [`proc/${file}`, "decoy"]));
      await using container = await formed(form, { args: READ, config, host: files, rootfs: { "self/.keep": "" } });
      const before = contents(container.box.host);
      const { exitCode, stdout } = await container.run();
      expect([exitCode, stdout.trimEnd().split("\n")]).toEqual([0, WRITTEN]);
      expect(contents(container.box.host)).toEqual(before);
    });
  }
}

test.if(root)("sysctls reach their own files while /proc is exchanged with a directory of links to others", async () => {
  const config = {
    process: { oomScoreAdj: 500 },
    mounts: [TRUE, { destination: "/proc", type: "proc", source: "proc" }],
    linux: { sysctl: SYSCTL },
  };
  await using container = await formed(DEFAULT, { args: READ, config });
  const { box } = container;
  const fake = join(box.rootfs, "fake");
  await mkdir(join(fake, "sys/net/ipv4"), { recursive: true });
  await symlink("../../../../true/sys/net/ipv4/ip_forward", join(fake, "sys/net/ipv4/ip_default_ttl"));
  await writeFile(join(fake, "sys/net/ipv4/ping_group_range"), "");
  await using swapper = await swap(join(box.rootfs, "proc"), fake);
  for (let i = 0; i < STARTS; i++) {
    const { exitCode, stdout } = await container.run();
    if (exitCode === 0) expect(stdout.trimEnd().split("\n")).toEqual(WRITTEN);
  }
  expect(await swapper.stop()).toBeGreaterThanOrEqual(10_000);
});

test.if(root)("no sysctl leads out of the settings of the container's namespaces", async () => {
  const names = [
    "net/../kernel/core_pattern",
    "net.ipv4/../../../sysrq-trigger",
    "net//kernel",
    "../net",
    "/net/ipv4/x",
    "net.",
    "kernel.core_pattern",
  ];
  for (const name of names) {
    await using container = await formed(DEFAULT, { args: ["/probe", "say", "ran"], config: { linux: { sysctl: { [name]: "1" } } } });
    const { exitCode, stdout, stderr } = await container.run();
    expect([name, exitCode, stdout, stderr.includes("/linux/sysctl/")]).toEqual([name, 1, "", true]);
  }
});
