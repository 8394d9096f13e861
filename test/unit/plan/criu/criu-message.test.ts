/** Messages to CRIU and from it, against bytes written out by hand from the numbers in CRIU's images/rpc.proto. */
import { expect, test } from "bun:test";
import { encodeMessage, ProtoMessage } from "../../../../src/base/protobuf.ts";
import { type CriuOptions, decodeReply, encodeAnswer, encodeRequest } from "../../../../src/plan/criu/criu-message.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const OPTIONS: CriuOptions = {
  imagesDirFd: 5,
  logFile: "a",
  logLevel: 4,
  notifyScripts: true,
  extUnixSk: false,
  tcpEstablished: false,
  shellJob: false,
  fileLocks: false,
  autoDedup: false,
  lazyPages: false,
  externalMounts: [
    { key: "/d", value: "/s" },
    { key: "/e", value: "/t" },
  ],
  cgroupMode: 6,
  emptyNamespaces: 0x4000_0000,
  orphanPtsMaster: true,
  configFile: "/c",
};

test("a request for the version", () => {
  expect(hex(encodeRequest({ verb: "version" }))).toBe("080a");
});

test("a request for a feature", () => {
  expect(hex(encodeRequest({ verb: "features", feature: "lazyPages" }))).toBe("08092a021001");
});

test("the answer to a notification", () => {
  expect([true, false].map((isGood) => hex(encodeAnswer(isGood)))).toEqual(["08061801", "08061800"]);
});

test("options have the numbers of images/rpc.proto, and lists repeat", () => {
  const encoded = hex(encodeRequest({ verb: "dump", options: OPTIONS }));
  const fields = [
    "0805", // images_dir_fd
    "2000280038004000", // ext_unix_sk, tcp_established, shell_job, file_locks
    "4804520161", // log_level, log_file
    "6001", // notify_scripts
    "800100", // auto_dedup
    "ba01080a022f6412022f73ba01080a022f6512022f74", // ext_mnt, twice
    "900206", // manage_cgroups_mode
    "b0028080808004", // empty_ns
    "800300900301", // lazy_pages, orphan_pts_master
    "9a03022f63", // config_file
  ].join("");
  expect(encoded).toBe(`080112${(fields.length / 2).toString(16)}${fields}`);
});

test("absent options are not sent", () => {
  const bare = encodeRequest({ verb: "dump", options: { ...OPTIONS, workDirFd: undefined, pageServer: undefined } });
  expect(hex(bare)).toBe(hex(encodeRequest({ verb: "dump", options: OPTIONS })));
});

test.each<[string, Partial<CriuOptions>, number, (message: ProtoMessage) => unknown, unknown]>([
  ["descriptors to inherit", { inheritFds: [{ key: "pipe:[7]", fd: 1 }] }, 27, (one) => [one.text(1), one.number(2)], ["pipe:[7]", 1]],
  ["cgroups", { cgroupRoots: [{ controller: "cpu", path: "/x" }] }, 25, (one) => [one.text(1), one.text(2)], ["cpu", "/x"]],
  ["namespaces", { joinNamespaces: [{ type: "ipc", path: "/n" }] }, 39, (one) => [one.text(1), one.text(2)], ["ipc", "/n"]],
  ["a page server", { pageServer: { address: "h", port: 9 } }, 11, (one) => [one.text(1), one.number(2)], ["h", 9]],
])("%s are messages of their own", (_, more, field, read, expected) => {
  const options = new ProtoMessage(encodeRequest({ verb: "restore", options: { ...OPTIONS, ...more } })).message(2);
  expect(read(options?.message(field) ?? new ProtoMessage(new Uint8Array()))).toEqual(expected);
});

test("a reply to a dump", () => {
  expect(
    decodeReply(
      encodeMessage([
        [1, 1],
        [2, true],
        [3, [[1, false]]],
      ]),
    ),
  ).toEqual({ isGood: true, error: undefined, features: new Set() });
});

test("a failure with CRIU's words", () => {
  const reply = decodeReply(
    encodeMessage([
      [1, 1],
      [2, false],
      [7, 22],
      [9, "Error (x.c:1): no"],
    ]),
  );
  expect([reply.isGood, reply.error]).toEqual([false, "Error (x.c:1): no"]);
});

test("a notification with a pid", () => {
  const reply = decodeReply(
    encodeMessage([
      [1, 6],
      [2, true],
      [
        5,
        [
          [1, "post-restore"],
          [2, 77],
        ],
      ],
    ]),
  );
  expect(reply.notification).toEqual({ stage: "post-restore", pid: 77 });
});

test("a version, and features", () => {
  const version = decodeReply(
    encodeMessage([
      [1, 10],
      [2, true],
      [
        10,
        [
          [1, 4],
          [2, 2],
          [4, 1],
        ],
      ],
    ]),
  );
  const features = decodeReply(
    encodeMessage([
      [1, 9],
      [2, true],
      [
        8,
        [
          [1, false],
          [2, true],
        ],
      ],
    ]),
  );
  expect([version.version, [...features.features]]).toEqual([[4, 2, 1], ["lazyPages"]]);
});
