import { expect, test } from "bun:test";
import type { Mount, Spec } from "../../../../src/spec/types.ts";
import { bind, MAPPINGS, plan, planSpec, words } from "./mount-plans.ts";

const OPENER = {
  first: ["make process #10, which opens mounts with the host's rights"],
  begin: "show process #10 the container's mounts",
  end: "end process #10",
};

const NEW_MAP = "make a user namespace for id-mapped mounts as #16, uids 0→100000 (65536), gids 0→100000 (65536)";

test("binds that cross into a user namespace are opened in it, or by a process with the host's rights where it cannot", () => {
  const { first, before, steps } = plan([bind("rbind"), bind()], { types: ["mount", "user"] });
  expect([words(first), words(before)]).toEqual([OPENER.first, []]);
  expect(words(steps)).toEqual([
    OPENER.begin,
    "clone the mount at /srv and those below it as #15",
    "let process #10 clone the mount at /srv and those below it as #15",
    "attach mount #15 at /data",
    "clone the mount at /srv as #15",
    "let process #10 clone the mount at /srv as #15",
    "attach mount #15 at /data",
    OPENER.end,
  ]);
  expect(steps.map(({ onFailure }) => onFailure)).toEqual([
    undefined,
    "else",
    undefined,
    undefined,
    "else",
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  ["without a user namespace", { types: ["mount"] }],
  ["of a user, whose rights are no greater outside of his user namespace", { types: ["mount", "user"], facts: "user on v2" }],
] as const)("binds %s are opened by init alone", (_, surroundings) => {
  const { first, before, steps } = plan([bind()], surroundings);
  expect([first, before, words(steps)]).toEqual([[], [], ["clone the mount at /srv as #15", "attach mount #15 at /data"]]);
});

test("root of a user namespace has more rights there than a container that it gives its own namespace", () => {
  expect(words(plan([bind()], { types: ["mount", "user"], facts: "root of a user namespace" }).first)).toEqual(OPENER.first);
});

test("without a bind there is no process to open any", () => {
  const { first, steps } = plan(
    [
      { destination: "/a", type: "tmpfs" },
      { destination: "/b", options: ["remount", "bind", "ro"] },
    ],
    {
      types: ["mount", "user"],
    },
  );
  expect([first, words(steps).filter((text) => text.includes("#10"))]).toEqual([[], []]);
});

test("init maps ids if it has the right, with a namespace made while procfs shows the pids that init sees", () => {
  const mapped = { ...bind("idmap"), uidMappings: MAPPINGS, gidMappings: MAPPINGS };
  const { first, before, steps } = plan([mapped], { types: ["mount", "pid"] });
  expect([first, words(before)]).toEqual([[], [NEW_MAP]]);
  expect(words(steps)).toEqual([
    "clone the mount at /srv as #15",
    "map the ids of mount #15 as user namespace #16 does",
    "attach mount #15 at /data",
  ]);
});

test("ids of binds that cross into a user namespace are mapped with the host's rights, and equal mappings share one namespace", () => {
  const mapped = { ...bind("rbind", "ridmap"), uidMappings: MAPPINGS, gidMappings: MAPPINGS };
  const other = { ...mapped, gidMappings: [{ containerID: 0, hostID: 7, size: 1 }] };
  const { before, steps } = plan([bind("idmap"), mapped, other], { types: ["mount", "user"] });
  expect(steps.filter(({ step }) => step.op === "idmapAsHost").map(({ origin }) => origin)).toEqual([
    "/mounts/0/options",
    "/mounts/1/uidMappings",
    "/mounts/2/uidMappings",
  ]);
  expect(words(before)).toEqual([NEW_MAP, "make a user namespace for id-mapped mounts as #17, uids 0→100000 (65536), gids 0→7"]);
  expect(words(steps).filter((text) => text.includes("map the ids"))).toEqual([
    "let process #10 map the ids of mount #15 as user namespace #16 does",
    "let process #10 map the ids of mount #15 and all below it as user namespace #16 does",
    "let process #10 map the ids of mount #15 and all below it as user namespace #17 does",
  ]);
});

test("idmap uses the ids of a joined user namespace, whatever mappings config.json has", () => {
  const spec: Spec = {
    ociVersion: "1.3.0",
    mounts: [bind("idmap")],
    linux: { namespaces: [{ type: "mount" }, { type: "user", path: "/proc/7/ns/user" }], uidMappings: MAPPINGS, gidMappings: MAPPINGS },
  };
  expect(words(planSpec(spec).before)).toEqual(["open namespace /proc/7/ns/user as #16"]);
});

test("there are slots for 496 mappings, and for any number of binds", () => {
  const bindOf = (hostID: number): Mount => {
    const mappings = [{ containerID: 0, hostID, size: 1 }];
    return { ...bind("idmap"), uidMappings: mappings, gidMappings: mappings };
  };
  const many = Array.from({ length: 496 }, (_, i) => bindOf(i));
  expect(plan([...many, ...many, bindOf(0)]).before).toHaveLength(496);
  expect(() => plan([...many, bindOf(496)])).toThrow("it has mapping 497");
});

test("empty mappings count as absent", () => {
  expect(plan([{ ...bind(), uidMappings: [], gidMappings: [] }]).before).toEqual([]);
});

test("a locked flag of the source is left where it cannot be cleared", () => {
  const { steps } = plan([bind("ro")]);
  expect(steps.map(({ onFailure }) => onFailure)).toEqual([undefined, "else", undefined, undefined]);
  expect(words(steps).slice(1, 3)).toEqual([
    "change mount #15, set MOUNT_ATTR_RDONLY, clear MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC",
    "change mount #15, set MOUNT_ATTR_RDONLY",
  ]);
});

test("recursive options come last, as with runc", () => {
  const { steps } = plan([bind("rro", "rw")]);
  expect(words(steps).at(-2)).toBe("change mount #15 and all below it, set MOUNT_ATTR_RDONLY");
});
