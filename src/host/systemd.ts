/** Asks systemd for cgroups, and to take them back. org.freedesktop.systemd1(5) */
import type { BusValue } from "../base/bus-value.ts";
import { RuntimeError } from "../base/errors.ts";
import type { HostPath } from "../base/paths.ts";
import type { SystemdManager } from "../plan/facts.ts";
import type { HostStep, UnitStep } from "../plan/steps/host-step.ts";
import { property, type UnitProperty } from "../plan/steps/unit-property.ts";
import type { RecordedUnit } from "../state/record.ts";
import { strerror } from "../sys/call/errno-words.ts";
import { ownPid } from "../sys/call/own-ids.ts";
import { readTextIfThere } from "../sys/file/file.ts";
import { Bus, BusFailure } from "../sys/library/bus.ts";
import type { Message } from "../sys/library/bus-message.ts";

/** For an answer, and for a job of systemd's: as long as runc waits. */
const LONGEST_WAIT = 30_000; // milliseconds

const SYSTEMD = "org.freedesktop.systemd1";
const MANAGER = `${SYSTEMD}.Manager`;
const MANAGER_PATH = "/org/freedesktop/systemd1";
const SCOPE = `${SYSTEMD}.Scope`;
const BUS = "org.freedesktop.DBus";
/** What systemd makes of libsystemd's ENXIO, for what is not of the type that it reads. */
const WRONG_TYPE = "System.Error.ENXIO";
const BUS_PATH = "/org/freedesktop/DBus";

export interface SystemdState {
  /** 252 of "252.38-1~deb12u1". */
  readonly version: number;
  /** The cgroup that its own are below, as it sees it. */
  readonly controlGroup: string;
}

export function readSystemdState(manager: SystemdManager): SystemdState {
  using systemd = new Systemd(manager);
  systemd.requireSamePids();
  const version = systemd.property(MANAGER_PATH, MANAGER, "Version");
  const number = /\d+/.exec(version)?.[0];
  if (number === undefined) throw new RuntimeError("kernel", `cannot use systemd: its version is ${JSON.stringify(version)}`);
  return { version: Number(number), controlGroup: systemd.property(MANAGER_PATH, MANAGER, "ControlGroup") };
}

/** Makes the scope with the process in it. Throws unless it is there. */
export function startUnit(step: Extract<HostStep, { readonly op: "startUnit" }>, pid: number, origin: string): void {
  const { manager, unit, directory } = step;
  using systemd = new Systemd(manager);
  const properties = [...step.properties, property("PIDs", "au", [pid])];
  systemd.listen();
  const start = (): string | BusFailure =>
    systemd.call("StartTransientUnit", [text(unit), text("replace"), list(properties), { signature: "a(sa(sv))", value: [] }], readPath);
  let job = start();
  if (job instanceof BusFailure && job.name === `${SYSTEMD}.UnitExists`) {
    systemd.call("ResetFailedUnit", [text(unit)], nothing); // what a container of that name has left, if that is all
    job = start();
  }
  if (job instanceof BusFailure) throw refusal(`make the unit ${unit}`, job, blamed(step.properties, job) ?? origin);
  const result = systemd.awaitJob(job);
  if (result !== "done") {
    systemd.call("ResetFailedUnit", [text(unit)], nothing);
    throw new RuntimeError(
      "kernel",
      `cannot make the unit ${unit}: systemd ${result === undefined ? "did not do it in time" : `says ${result}`}`,
      {
        hint: `see: ${toolFor(manager)} status ${unit}`,
      },
    );
  }
  requireInside(directory, pid, unit);
}

/** The annotation whose property systemd names, or else the only one there is: of a value of another type it says no more than that. */
function blamed(properties: readonly UnitProperty[], { message, name }: BusFailure): string | undefined {
  const annotated = properties.filter((one) => one.origin !== undefined);
  const named = annotated.find((one) => message.split(/\W+/).includes(one.name));
  return (named ?? (name === WRONG_TYPE && annotated.length === 1 ? annotated[0] : undefined))?.origin;
}

/** Or limits would be written to the cgroup of nobody. */
function requireInside(directory: HostPath | undefined, pid: number, unit: string): void {
  if (directory === undefined || readTextIfThere(`${directory}/cgroup.procs`)?.split("\n").includes(String(pid))) return;
  throw new RuntimeError("unsupported", `cannot use the cgroup of ${unit}: it is not where systemd says, in ${directory}`, {
    hint: "systemd is in another cgroup namespace than lamina, or /sys/fs/cgroup is not what it uses",
  });
}

export function setUnitProperties({ manager, unit, properties }: UnitStep, origin: string): void {
  using systemd = new Systemd(manager);
  const isUntilItEnds: BusValue = { signature: "b", value: true };
  const answer = systemd.call("SetUnitProperties", [text(unit), isUntilItEnds, list(properties)], nothing);
  if (answer instanceof BusFailure) throw refusal(`limit the unit ${unit}`, answer, origin);
}

export function attachToUnit({ manager, unit, below }: Extract<HostStep, { readonly op: "attachToUnit" }>, pid: number): void {
  using systemd = new Systemd(manager);
  systemd.requireSamePids();
  const pids: BusValue = { signature: "au", value: [pid] };
  const answer = systemd.call("AttachProcessesToUnit", [text(unit), text(below), pids], nothing);
  if (answer instanceof BusFailure) throw refusal(`move a process to the unit ${unit}`, answer);
}

/** Ends a container's unit, failed or not. One that is gone, or another's by the same name, is left alone. */
export function stopUnit({ manager, name, slice }: RecordedUnit): void {
  using systemd = new Systemd(manager);
  const path = systemd.call("GetUnit", [text(name)], readPath);
  if (path instanceof BusFailure) {
    if (path.name === `${SYSTEMD}.NoSuchUnit`) return;
    throw refusal(`find the unit ${name}`, path);
  }
  if (systemd.tryProperty(path, SCOPE, "Slice") !== slice) return;
  systemd.listen();
  const job = systemd.call("StopUnit", [text(name), text("replace")], readPath);
  if (!(job instanceof BusFailure)) systemd.awaitJob(job);
  else if (job.name !== `${SYSTEMD}.NoSuchUnit`) throw refusal(`stop the unit ${name}`, job);
  systemd.call("ResetFailedUnit", [text(name)], nothing); // it may be gone by now, which is as well
}

/** A connection to one of the two systemds. */
class Systemd implements Disposable {
  readonly #bus: Bus;
  readonly #manager: SystemdManager;

  constructor(manager: SystemdManager) {
    const bus = Bus.open(manager);
    if (typeof bus === "number") throw noBus(manager, -bus);
    this.#bus = bus;
    this.#manager = manager;
  }

  call<T>(member: string, args: readonly BusValue[], read: (answer: Message) => T): T | BusFailure {
    return this.#bus.call({ destination: SYSTEMD, path: MANAGER_PATH, name: MANAGER, member, args }, LONGEST_WAIT, read);
  }

  /** In another pid namespace a pid that we name would be somebody else's, whom systemd would take for the container, and end with it. */
  requireSamePids(): void {
    const args = [text(this.#bus.ownName())];
    const call = { destination: BUS, path: BUS_PATH, name: BUS, member: "GetConnectionUnixProcessID", args };
    if (this.#bus.call(call, LONGEST_WAIT, (answer) => answer.u32()) === ownPid()) return;
    throw new RuntimeError("unsupported", "cannot use the systemd cgroup driver: systemd is in another pid namespace than lamina", {
      hint: `run lamina where systemd is, ${OTHER_DRIVER}`,
    });
  }

  /** A property whose value is text. */
  property(path: string, name: string, key: string): string {
    const value = this.#read(path, name, key);
    if (value instanceof BusFailure) throw noSystemd(this.#manager, value);
    return value;
  }

  tryProperty(path: string, name: string, key: string): string | undefined {
    const value = this.#read(path, name, key);
    return value instanceof BusFailure ? undefined : value;
  }

  #read(path: string, name: string, key: string): string | BusFailure {
    const args = [text(name), text(key)];
    return this.#bus.call({ destination: SYSTEMD, path, name: `${BUS}.Properties`, member: "Get", args }, LONGEST_WAIT, (answer) => {
      answer.enterVariant("s");
      return answer.text("s");
    });
  }

  /** From here on the ends of jobs are heard of: before one is begun. systemd tells whoever has begun it. */
  listen(): void {
    const rule = `type='signal',sender='${SYSTEMD}',path='${MANAGER_PATH}',interface='${MANAGER}',member='JobRemoved'`;
    const call = { destination: BUS, path: BUS_PATH, name: BUS, member: "AddMatch", args: [text(rule)] };
    const answer = this.#bus.call(call, LONGEST_WAIT, nothing);
    if (answer instanceof BusFailure) throw refusal("hear from systemd", answer);
  }

  /** `done`, or what else became of it; undefined if it has not ended in time. */
  awaitJob(job: string): string | undefined {
    return this.#bus.await(LONGEST_WAIT, (message) => {
      if (!message.isSignal(MANAGER, "JobRemoved")) return undefined;
      message.u32(); // its number
      if (message.text("o") !== job) return undefined;
      message.text("s"); // its unit
      return message.text("s");
    });
  }

  [Symbol.dispose](): void {
    this.#bus[Symbol.dispose]();
  }
}

function text(value: string): BusValue {
  return { signature: "s", value };
}

function list(properties: readonly UnitProperty[]): BusValue {
  return { signature: "a(sv)", value: properties.map(({ name, signature, value }) => [name, { signature, value }]) };
}

function readPath(answer: Message): string {
  return answer.text("o");
}

function nothing(): void {}

function toolFor(manager: SystemdManager): string {
  return manager === "user" ? "systemctl --user" : "systemctl";
}

const OTHER_DRIVER = "or leave out --systemd-cgroup, and set the engine's cgroup driver to cgroupfs";

function noBus(manager: SystemdManager, errno: number): RuntimeError {
  const hint =
    manager === "user"
      ? `set XDG_RUNTIME_DIR or DBUS_SESSION_BUS_ADDRESS to those of a session with systemd --user and D-Bus (package dbus-user-session), ${OTHER_DRIVER}`
      : `run systemd and D-Bus (package dbus), ${OTHER_DRIVER}`;
  return new RuntimeError("unsupported", `cannot use the systemd cgroup driver: cannot connect to the ${manager} bus: ${strerror(errno)}`, {
    call: manager === "user" ? "sd_bus_open_user(3)" : "sd_bus_open_system(3)",
    hint,
  });
}

function noSystemd(manager: SystemdManager, { message }: BusFailure): RuntimeError {
  return new RuntimeError("unsupported", `cannot use the systemd cgroup driver: ${message}`, {
    hint: `is systemd on the ${manager} bus? see: ${toolFor(manager)} status; ${OTHER_DRIVER}`,
  });
}

/** In systemd's words, which name what it refuses. */
function refusal(what: string, { message, name }: BusFailure, origin = ""): RuntimeError {
  return new RuntimeError("kernel", `cannot ${what}: ${message}`, {
    ...(name === "" ? {} : { call: name }),
    ...(origin === "" ? {} : { pointer: origin }),
    ...(name === WRONG_TYPE
      ? { hint: "a property has another type: see busctl introspect, and write annotations so, such as uint64 5" }
      : {}),
  });
}
