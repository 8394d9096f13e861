/** A ground where systemd is process 1: engines ask it for the cgroups of their containers. */
import { join } from "node:path";
import { ownId } from "../support/own-id.ts";
import { type CgroupKind, systemdGround } from "../support/systemd-ground.ts";
import { type Ground, groundAt, type OpenGround, OWN } from "./ground.ts";

const OWN_FILES = join(import.meta.dir, "own-files.sh");

export const groundWithSystemd =
  (kind: CgroupKind): OpenGround =>
  async () => {
    const name = ownId("engine");
    const prepare = (directory: string): string[] => [`sh ${OWN_FILES} ${directory} ${name}`];
    const machine = await systemdGround(kind, { namespaces: ["--net"], prepare });
    return groundAt({ directory: machine.directory, name, prefix: machine.prefix }, async () => {
      await machine[Symbol.asyncDispose]();
    });
  };

/** Whom to ask about units. */
export interface Systemd {
  readonly ground: Ground;
  /** Words that ask it. */
  readonly systemctl: readonly string[];
}

/** Properties of a unit, in this order. */
export async function showUnit({ ground, systemctl }: Systemd, unit: string, ...names: readonly string[]): Promise<string[]> {
  const shown = await ground.must([...systemctl, "show", unit, ...names.map((name) => `--property=${name}`)]);
  const values = new Map(shown.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  return names.map((name) => values.get(name) ?? "");
}

/** What containers left behind: processes other than systemd's and the named, units and cgroups of scopes with that prefix. */
export async function scopesLeft({ ground, systemctl }: Systemd, daemons: RegExp, prefix: string): Promise<string[]> {
  const lines = async (...argv: string[]): Promise<string[]> => (await ground.must(argv)).split("\n").filter((line) => line !== "");
  const processes = await lines("ps", "-eo", "comm=");
  const units = await lines(...systemctl, "list-units", "--all", "--plain", "--no-legend", `${prefix}-*.scope`);
  const cgroups = await lines("find", "/sys/fs/cgroup", "-type", "d", "-name", `${prefix}-*.scope`);
  return [...processes.filter((name) => !OWN.test(name) && !SYSTEMD.test(name) && !daemons.test(name)), ...units, ...cgroups];
}

const SYSTEMD = /^(systemd|\(sd-pam\)|dbus-daemon|find|systemctl)$/;
