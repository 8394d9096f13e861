/**
 * Class: other people's keys. The container's session keyring is new and its own: not the caller's, even if the user may have no
 * more keys, and not one that another container has made before, or can find, join or link.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { DEFAULT, FORMS, type Form, formed, ROOTLESS, USER_NAMESPACE } from "../support/forms.ts";
import { requires } from "../support/requires.ts";
import { spawn } from "../support/spawn.ts";
import { TEST_TIMEOUT } from "../support/until.ts";

setDefaultTimeout(TEST_TIMEOUT);

const root = requires("root");
/** Users that nobody else uses: the key quota is per user. */
const FULL = 61_201;
const FULL_INSIDE = 61_202;

/** Words that give the caller a session keyring with a key in it, and run `more` before the remaining words. */
const withKey = (box: { readonly host: string }, ...more: readonly string[]): string[] => [
  join(box.host, "probe"),
  "join-keyring",
  "callers",
  "add-key",
  "secret",
  "SECRET-OF-THE-CALLER",
  ...more,
  "become",
];

for (const form of FORMS) {
  test.if(root)(`the container has a session keyring of its own, without the caller's keys, ${form.name}`, async () => {
    await using container = await formed(form, {
      args: ["/probe", "session-keyring", "read-key", "secret", "add-key", "own", "x", "read-key", "own"],
    });
    const { exitCode, stdout } = await container.run({ prefix: withKey(container.box) });
    const [, , keyring, secret, added, own] = stdout.split("\n");
    expect([exitCode, keyring?.replace(/;.*;/, ";…;"), secret, added?.replace(/\d+$/, "N"), own]).toEqual([
      0,
      "session-keyring keyring;…;_ses",
      "read-key secret ENOKEY",
      "add-key ok in N",
      "read-key own ok x",
    ]);
  });
}

test.if(root)("a program with another uid has the keyring too, and nobody else has any right to it", async () => {
  await using container = await formed(DEFAULT, {
    args: ["/probe", "session-keyring", "add-key", "own", "x", "read-key", "own"],
    config: { process: { user: { uid: 1000, gid: 1000 }, capabilities: null } },
  });
  const { stdout } = await container.run();
  expect(stdout.replace(/in \d+/, "in N")).toBe("session-keyring keyring;0;0;3f000000;_ses\nadd-key ok in N\nread-key own ok x\n");
});

test.if(root)("a keyring that somebody planted under a name is not used", async () => {
  await using container = await formed(DEFAULT, { args: ["/probe", "add-key", "own", "x"] });
  const { box } = container;
  for (const name of [`_ses.${box.id}`, box.id, "_ses"]) {
    const words = ["plant-keyring", name, "wait-fifo", join(box.host, "fifo"), "read-key", "own"];
    if (!Bun.spawnSync(["mkfifo", join(box.host, "fifo")]).success) throw new Error("cannot make a pipe");
    const planter = await spawn(join(box.directory, "calls"), [join(box.host, "probe"), ...words]);
    await planter.shows("plant-keyring ok");
    expect((await container.run()).exitCode).toBe(0);
    await Bun.spawn(["sh", "-c", ': > "$0"', join(box.host, "fifo")]).exited;
    expect((await planter.ended).stdout).toEndWith("read-key own ENOKEY\n");
    await Bun.file(join(box.host, "fifo")).delete();
  }
});

test.if(root)("the keyring of a running container is neither joined nor linked by another one of the same user", async () => {
  await using victim = await formed(DEFAULT, { args: ["/probe", "add-key", "own", "x", "sleep-until-signal"] });
  const { running } = await victim.create();
  expect((await victim.call(["start", victim.box.id])).exitCode).toBe(0);
  await running.shows("waiting");
  const number = /in (\d+)/.exec(await running.stdout())?.[1] ?? "none";
  const joins = [`_ses.${victim.box.id}`, victim.box.id, "_ses"].flatMap((name) => ["join-keyring", name, "read-key", "own"]);
  await using attacker = await formed(DEFAULT, { args: ["/probe", ...joins, "link-keyring", number, "read-key", "own"] });
  const { stdout } = await attacker.run();
  expect(stdout.split("\n").filter((line) => line.startsWith("link") || line.startsWith("read"))).toEqual([
    ...Array<string>(3).fill("read-key own ENOKEY"),
    "link-keyring EACCES",
    "read-key own ENOKEY",
  ]);
});

test.if(root)(
  "a process that exec starts has a keyring of its own, and neither the caller's nor the container's, or one planted there",
  async () => {
    await using container = await formed(DEFAULT, {
      args: ["/probe", "add-key", "own", "x", "plant-keyring", "_ses", "sleep-until-signal"],
    });
    const { box } = container;
    const { running } = await container.create();
    expect((await container.call(["start", box.id])).exitCode).toBe(0);
    await running.shows("waiting");
    const words = ["session-keyring", "read-key", "secret", "read-key", "own", "add-key", "added", "y", "read-key", "added"];
    const { stdout } = await container.call(["exec", box.id, "/probe", ...words], { prefix: withKey(box) });
    const printed = stdout
      .split("\n")
      .slice(2)
      .join("\n")
      .replace(/in \d+/, "in N");
    expect(printed).toBe(
      "session-keyring keyring;0;0;3f000000;_ses\nread-key secret ENOKEY\nread-key own ENOKEY\nadd-key ok in N\nread-key added ok y\n",
    );
  },
);

// The kernel makes a first session keyring in any case, but none in the place of another where the user has as many keys as he may.
const REFUSED = { exitCode: 1, stdout: "", stderr: expect.stringContaining("unable to create session key: disk quota exceeded") };

for (const form of ROOTLESS) {
  test.if(root)("a user who may have no more keys gets no container instead of the caller's keys", async () => {
    await using container = await formed(mappedTo(form, FULL), { args: ["/probe", "read-key", "secret"] });
    const { exitCode, stdout, stderr } = await container.run({ prefix: withKey(container.box, "fill-keys") });
    const [, , filled, ...printed] = stdout.split("\n");
    expect([filled, { exitCode, stdout: printed.join(""), stderr }]).toEqual(["fill-keys EDQUOT", REFUSED]);
  });
}

test.if(root)("the root of a user namespace who may have no more keys gets no container instead of the caller's keys", async () => {
  await using container = await formed(mappedTo(USER_NAMESPACE, FULL_INSIDE), { args: ["/probe", "read-key", "secret"] });
  const { box } = container;
  const as = ["setpriv", `--reuid=${FULL_INSIDE}`, `--regid=${FULL_INSIDE}`, "--clear-groups", "--", join(box.host, "probe")];
  const holder = await spawn(join(box.directory, "calls"), [...as, "join-keyring", "filled", "fill-keys", "sleep-until-signal"]);
  await holder.shows("fill-keys EDQUOT");
  const { exitCode, stdout, stderr } = await container.run({ prefix: withKey(box) });
  holder.kill("SIGKILL");
  await holder.ended;
  expect({ exitCode, stdout: stdout.split("\n").slice(2).join(""), stderr }).toEqual(REFUSED);
});

/** The form with no id but 0, which is `hostID`. */
function mappedTo(form: Form, hostID: number): Form {
  const mappings = [{ containerID: 0, hostID, size: 1 }];
  return {
    ...form,
    owner: hostID,
    ...(form.caller === undefined ? {} : { caller: ["setpriv", `--reuid=${hostID}`, `--regid=${hostID}`, "--clear-groups", "--"] }),
    config: {
      mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
      linux: { uidMappings: mappings, gidMappings: mappings, resources: null },
    },
  };
}
