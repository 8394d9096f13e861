/** `run`: a container in the foreground of a shell or of a terminal, or detached from both. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openShop } from "../support/image-shop.ts";
import { requires } from "../support/requires.ts";
import { runContainer } from "../support/run-container.ts";
import { type Sandbox, sandbox } from "../support/sandbox.ts";
import type { Running } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const WAITING = { args: ["/probe", "sleep-until-signal"] } as const;
const root = requires("root");

test.if(root)("run gives the program's output and exit status, and adds nothing", async () => {
  expect(await runContainer({ args: ["/probe", "say", "out", "complain", "err", "exit", "42"] })).toEqual({
    exitCode: 42,
    stdout: "out\n",
    stderr: "err\n",
  });
});

test.if(root)("run exits with 128 and the number of the signal that killed the program", async () => {
  await using box = await sandbox(WAITING);
  const running = await runInForeground(box);
  await box.must(["kill", box.id, "KILL"]);
  expect([(await running.ended).exitCode, box.leftovers()]).toEqual([137, []]);
});

test.if(root)("signals to run are signals to the program", async () => {
  await using box = await sandbox(WAITING);
  const running = await runInForeground(box);
  for (const signal of ["HUP", "INT", "QUIT", "USR1", "USR2", "CONT"] as const) {
    running.kill(`SIG${signal}`);
    await running.shows(`signal ${signal}\n`);
  }
  running.kill("SIGTERM");
  const outcome = await running.ended;
  expect([outcome.exitCode, outcome.stdout.endsWith("signal TERM\n"), box.leftovers()]).toEqual([0, true, []]);
});

test.if(root)("whatever signals arrive while run and exec end, their status is the program's", async () => {
  for (let round = 0; round < 5; round++) {
    await using box = await sandbox({ args: [...WAITING.args, "exit", "7"] });
    const running = await runInForeground(box);
    const other = await box.start(["exec", box.id, ...WAITING.args, "exit", "9"]);
    await other.shows("waiting");
    expect([await flood(other), await flood(running), box.leftovers()]).toEqual([9, 7, []]);
  }
});

test.if(root)("run leaves nothing behind, however the program ends", async () => {
  for (const words of [["true"], ["exit", "3"], ["fork-orphan"]]) {
    await using box = await sandbox({ args: ["/probe", ...words] });
    await box.call(["run", "--bundle", box.path, box.id]);
    expect(box.leftovers()).toEqual([]);
  }
});

test.if(root)("run --keep leaves a stopped container, which delete removes", async () => {
  await using box = await sandbox({ args: ["/probe", "exit", "5"] });
  const outcome = await box.call(["run", "--keep", "--bundle", box.path, box.id]);
  expect([outcome.exitCode, await box.status()]).toEqual([5, "stopped"]);
  await box.must(["delete", box.id]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("run --detach returns while the program runs", async () => {
  await using box = await sandbox(WAITING);
  const running = await box.start(["run", "--detach", "--pid-file", join(box.host, "pid"), "--bundle", box.path, box.id]);
  const outcome = await running.ended;
  await running.shows("waiting");
  const state = await box.state();
  expect([outcome.exitCode, state.status, String(state.pid)]).toEqual([0, "running", await box.hostFile("pid")]);
  await box.must(["kill", box.id, "TERM"]);
  await box.reaches("stopped");
  await box.must(["delete", box.id]);
});

test.if(root)("run writes the pid file while it runs in the foreground", async () => {
  await using box = await sandbox(WAITING);
  const running = await runInForeground(box, ["--pid-file", join(box.host, "pid")]);
  expect(await box.hostFile("pid")).toBe(String((await box.state()).pid));
  running.kill("SIGTERM");
  await running.ended;
});

test.if(root)("run passes standard input on", async () => {
  await using box = await sandbox({ args: ["/probe", "stdin"] });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { stdin: "typed\n" });
  expect(outcome).toEqual({ exitCode: 0, stdout: "stdin ok typed\\n\n", stderr: "" });
});

test.if(root)("a terminal is passed on with its size, and is restored when the program ends", async () => {
  await using box = await sandbox({ args: ["/probe", "tty", "session", "exit", "7"], config: { process: { terminal: true } } });
  const outcome = await box.call(["run", "--bundle", box.path, box.id], { prefix: [join(box.host, "probe"), "terminal", "81", "25"] });
  expect(linesOf(outcome.stdout)).toEqual([
    "tty 0 yes",
    "tty 1 yes",
    "tty 2 yes",
    "winsize 81x25",
    "session leader yes, group leader yes, pid 1, controlling terminal yes",
    "program exited 7",
    "terminal restored",
  ]);
  expect(box.leftovers()).toEqual([]);
});

test.if(root)("a terminal is raw: what is typed reaches the program, the interrupt key too, and a new size is passed on", async () => {
  await using box = await sandbox({ args: ["/probe", "stdin", "sleep-until-signal", "tty"], config: { process: { terminal: true } } });
  const { running, type } = await runOnTerminal(box);
  await box.reaches("running");
  await type("typed\n");
  await running.shows("stdin ok typed");
  await running.shows("waiting");
  await type("\u0003");
  await running.shows("signal INT");
  running.kill("SIGUSR1"); // makes the terminal 101x51
  await running.shows("signal WINCH");
  await box.must(["kill", box.id, "TERM"]);
  const lines = linesOf((await running.ended).stdout);
  expect(lines.slice(-3)).toEqual(["winsize 101x51", "program exited 0", "terminal restored"]);
});

test.if(root)("a terminal is restored when the program is killed", async () => {
  await using box = await sandbox({ ...WAITING, config: { process: { terminal: true } } });
  const { running } = await runOnTerminal(box);
  await running.shows("waiting");
  await box.must(["kill", box.id, "KILL"]);
  expect(linesOf((await running.ended).stdout).slice(-2)).toEqual(["program exited 137", "terminal restored"]);
});

test.if(root && requires("busybox"))(
  "nobody reads what a terminal shows: signals arrive all the same, and end the wait for a reader",
  async () => {
    await using shop = await openShop();
    const fifo = join(shop.box.host, "unread");
    Bun.spawnSync(["mkfifo", fifo]);
    const prefix = ["sh", "-c", 'exec 3<>"$0" && exec "$@" >&3', fifo];
    const script = '/bin/busybox yes 0123456789 & trap "exit 7" TERM; wait';
    const words = ["run", "--tty", "--image", "base:1", shop.box.id, "--", "/bin/busybox", "sh", "-c", script];
    const running = await shop.box.start(["--image-root", shop.store, ...words], { prefix });
    using pipe = { fd: openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK), [Symbol.dispose]: () => closeSync(pipe.fd) };
    await shop.box.reaches("running");
    fill(pipe.fd);
    expect(await flood(running)).toBe(7); // the program takes the first; the next ends the wait for a reader
    expect(shop.box.leftovers()).toEqual([]);
  },
);

/** What does not wait for a reader says EAGAIN. */
function fill(fd: number): void {
  expect(() => {
    for (;;) writeSync(fd, "x");
  }).toThrow("EAGAIN");
}

test.if(root)("without a terminal, run passes its pipes on to the program", async () => {
  expect(await runContainer({ args: ["/probe", "tty"] })).toEqual({
    exitCode: 0,
    stdout: "tty 0 no\ntty 1 no\ntty 2 no\nwinsize ENOTTY\n",
    stderr: "",
  });
});

/** SIGTERM again and again until it has ended; gives its status. */
async function flood(running: Running): Promise<number> {
  let isOver = false;
  const ended = running.ended.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    running.kill("SIGTERM");
    await Bun.sleep(0);
  }
  return (await ended).exitCode;
}

/** Starts `run` and returns when the program waits for signals. */
async function runInForeground(box: Sandbox, flags: readonly string[] = []): Promise<Running> {
  const running = await box.start(["run", ...flags, "--bundle", box.path, box.id]);
  await running.shows("waiting");
  return running;
}

/** `run` on a terminal; the test types through a fifo, which stays open as long as there is a reader. */
async function runOnTerminal(box: Sandbox): Promise<{ readonly running: Running; readonly type: (text: string) => Promise<void> }> {
  const fifo = join(box.host, "keyboard");
  Bun.spawnSync(["mkfifo", fifo]);
  const prefix = ["sh", "-c", 'exec "$@" <>"$0"', fifo, join(box.host, "probe"), "terminal", "80", "24"];
  const running = await box.start(["run", "--bundle", box.path, box.id], { prefix });
  return { running, type: (text) => writeFile(fifo, text, { flag: "r+" }) };
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter(Boolean);
}
