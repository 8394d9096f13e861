import { expect, test } from "bun:test";
import { type ContainerView, formatList, formatState, tableOf } from "../../../../src/commands/text/container-view.ts";

const RUNNING: ContainerView = {
  ociVersion: "1.3.0",
  id: "web",
  pid: 4711,
  status: "running",
  bundle: "/b/web",
  rootfs: "/b/web/rootfs",
  created: "2026-01-02T03:04:05.6Z",
  annotations: { "org.example.key": "value" },
  owner: "root",
};
const STOPPED: ContainerView = { ...RUNNING, id: "a-name-of-more-than-twelve", pid: 0, status: "stopped", annotations: {} };

test("the table has runc's columns, twelve wide or three wider than their longest cell", () => {
  expect(formatList([RUNNING, STOPPED], { format: "table", quiet: false }).split("\n")).toEqual([
    "ID                           PID         STATUS      BUNDLE      CREATED                  OWNER",
    "web                          4711        running     /b/web      2026-01-02T03:04:05.6Z   root",
    "a-name-of-more-than-twelve   0           stopped     /b/web      2026-01-02T03:04:05.6Z   root",
    "",
  ]);
});

test("the column of how containers ended comes last, if any end is known", () => {
  const now = Date.parse("2026-01-02T03:06:05.6Z");
  const times = { started: "2026-01-02T03:04:05.6Z", finished: "2026-01-02T03:05:00Z" };
  const exited = { ...STOPPED, lastRun: { exitStatus: 3, ...times } };
  const killed = { ...STOPPED, lastRun: { exitStatus: 137, signal: "SIGKILL", ...times } };
  const lasts = (containers: readonly ContainerView[]): unknown[] => tableOf(containers, now).map((row) => row.slice(6));
  expect(lasts([RUNNING, exited, killed])).toEqual([
    ["LAST RUN"],
    [""],
    ["exited (3) 1 minute ago"],
    ["exited (137, SIGKILL) 1 minute ago"],
  ]);
  expect(lasts([RUNNING, STOPPED])).toEqual([[], [], []]);
  expect(Object.keys(JSON.parse(formatState(exited))).slice(-2)).toEqual(["owner", "lastRun"]);
});

test("without containers the table is its header, and the JSON an empty array", () => {
  expect(formatList([], { format: "table", quiet: false })).toBe("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n");
  expect(formatList([], { format: "json", quiet: false })).toBe("[]\n");
});

test("quiet prints only ids, whatever the format", () => {
  expect(formatList([RUNNING, STOPPED], { format: "json", quiet: true })).toBe("web\na-name-of-more-than-twelve\n");
});

test("the JSON list is one line of state objects", () => {
  const text = formatList([RUNNING, STOPPED], { format: "json", quiet: false });
  expect(text.indexOf("\n")).toBe(text.length - 1);
  expect(JSON.parse(text)).toEqual([RUNNING, STOPPED]);
});

test("state prints runc's keys in runc's order, and nothing else of the object", () => {
  const { owner, ...rest } = RUNNING;
  const carrying = { owner, secret: 1, ...rest };
  expect(Object.keys(JSON.parse(formatState(carrying)))).toEqual([
    "ociVersion",
    "id",
    "pid",
    "status",
    "bundle",
    "rootfs",
    "created",
    "annotations",
    "owner",
  ]);
});
