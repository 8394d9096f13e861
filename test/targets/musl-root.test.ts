/** lamina built for musl where no other C library is: its verbs, and what it says of the libraries that are missing. `npm run test:targets` */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildFor } from "../../scripts/build.ts";
import { muslLibraries } from "../../scripts/musl-libraries.ts";
import { muslRoot } from "../support/musl-root.ts";
import { ownId } from "../support/own-id.ts";
import { requires } from "../support/requires.ts";

setDefaultTimeout(1_200_000); // the libraries are built once

const SHOWN = `# a container from start to end
ok: /tmp can run here
hello from process 1
exit 3
# in steps
created
running
listed
hello from exec
one process
paused
statistics
# a supervisor tells how it ended
exited (5)
# a system call filter
mkdir: can't create directory '/made': Link has been severed
# images
base:1: DIGEST, 1 layer, 1 new
as the base image has it
C /etc
C /etc/motd
derived:1: DIGEST, 2 layers, 1 new
changed
the store is sound
# over
`;

const possible = requires("targets", "root", "busybox", "cgroups");

describe.if(possible)("in a root with musl alone", () => {
  test("nothing is there that glibc's loader is or needs", async () => {
    await using root = await muslRoot(await buildFor("musl"));
    const { stdout } = await root.run("sh", "-c", "find /bin /lib /usr '(' -name 'ld-linux*' -o -name 'libc.so.6' ')' && ls /lib /usr/lib");
    expect(stdout).toBe("/lib:\nld-musl-x86_64.so.1\n\n/usr/lib:\n");
    expect((await root.run("lamina", "--version")).stdout).toStartWith("lamina version ");
  });

  test.each([
    ["libcrypto3 (Alpine)", ["lamina", "--image-root", "/tmp/images", "image", "import", "/root/empty.tar", "empty"]],
    ["libseccomp (Fedora, Alpine, Arch)", ["sh", "/root/verbs.sh", "missing", "filter"]],
  ])("a library that is missing is named as the package %s", async (name, words) => {
    await using root = await muslRoot(await buildFor("musl"));
    const { stderr, exitCode } = await root.run(...words);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining(name)]);
  });

  test("containers and images live from start to end", async () => {
    await using root = await muslRoot(await buildFor("musl"), await muslLibraries());
    const parts = ["containers", "supervisor", "filter", "images", "over"];
    expect(await root.run("sh", "/root/verbs.sh", ownId("musl"), ...parts)).toEqual({ exitCode: 0, stdout: SHOWN, stderr: "" });
  });
});
