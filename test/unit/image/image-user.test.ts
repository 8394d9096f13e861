import { expect, test } from "bun:test";
import { resolveUser } from "../../../src/image/bundle/image-user.ts";

const FILES: Readonly<Record<string, string>> = {
  "/etc/passwd": "root:x:0:0::/root:/bin/sh\n# comment\nbroken:x:\nweb:x:33:34::/:/bin/sh\n7:x:8:9::/:/bin/sh\n",
  "/etc/group": "root:x:0:\nwww:x:34:web\nlog:x:4:adm,web\naudio:x:29:web,root\n",
};
const read = (path: string): string | undefined => FILES[path];
const nothing = (): undefined => undefined;

test.each([
  ["a name", "web", { uid: 33, gid: 34, additionalGids: [4, 29] }],
  ["a name and a group", "web:log", { uid: 33, gid: 4 }],
  ["a name and a numeric group", "web:99", { uid: 33, gid: 99 }],
  ["a number that the image knows", "33", { uid: 33, gid: 34, additionalGids: [4, 29] }],
  ["a number and an empty group", "33:", { uid: 33, gid: 34, additionalGids: [4, 29] }],
  ["a number that the image does not know and an empty group", "1000:", { uid: 1000, gid: 0 }],
  ["a name and an empty group", "web:", { uid: 33, gid: 34, additionalGids: [4, 29] }],
  ["an empty user and a number", ":1000", { uid: 0, gid: 1000 }],
  ["an empty user and a group", ":log", { uid: 0, gid: 4 }],
  ["two empty parts", ":", { uid: 0, gid: 0 }],
  ["a number that is also a name", "7", { uid: 7, gid: 0 }],
  ["a number and a group", "12:audio", { uid: 12, gid: 29 }],
  ["two numbers", "12:13", { uid: 12, gid: 13 }],
  ["nothing", undefined, { uid: 0, gid: 0 }],
])("[L23] %s is resolved by the image's own files", (_, text, expected) => {
  expect(resolveUser(text, read)).toEqual(expected);
});

test("[L23] numbers need no files", () => {
  expect([resolveUser("12", nothing), resolveUser("12:13", nothing)]).toEqual([
    { uid: 12, gid: 0 },
    { uid: 12, gid: 13 },
  ]);
});

test.each([
  ["nobody", `cannot use user "nobody": the image's /etc/passwd has no user "nobody"`],
  ["web:nogroup", `cannot use user "web:nogroup": the image's /etc/group has no group "nogroup"`],
  [":nogroup", `cannot use user ":nogroup": the image's /etc/group has no group "nogroup"`],
  ["web:log:x", `cannot use user "web:log:x": the image's /etc/group has no group "log:x"`],
  ["broken", `cannot use user "broken": the image's /etc/passwd has no user "broken"`],
  ["4294967295", 'cannot use user "4294967295": ids are at most 4294967294'],
])("[L23] %p is an error", (text, message) => {
  expect(() => resolveUser(text, read)).toThrow(message);
});

test("accounts behind millions of other lines are found, and lines without an end are lines", () => {
  const filler = `${"\n".repeat(2e6)}${"x\n".repeat(1e6)}`;
  const large = (path: string): string => `${filler}${path === "/etc/passwd" ? "far:x:5:6::/:" : "more:x:7:other,far"}`;
  expect(resolveUser("far", large)).toEqual({ uid: 5, gid: 6, additionalGids: [7] });
  expect(resolveUser("5:more", large)).toEqual({ uid: 5, gid: 7 });
});
