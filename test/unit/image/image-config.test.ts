import { expect, test } from "bun:test";
import type { Digest } from "../../../src/base/digest.ts";
import { chainIdsOf, parseImageConfig, requireSameLayers } from "../../../src/image/format/image-config.ts";
import { hostPlatform } from "../../../src/image/format/platform.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";

const bytes = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));
const A = digestOf("a");
const B = digestOf("b");
const ROOTFS = { type: "layers", diff_ids: [A, B] };

test("[L5] a chain id is the first layer's diffID, then the digest of the chain below, a blank and the diffID", () => {
  const second = digestOf(`${A} ${B}`);
  expect(chainIdsOf([A, B, A])).toEqual([A, second, digestOf(`${second} ${A}`)]);
});

test("[L4] a config with another number of layers than its manifest is refused", () => {
  const config = parseImageConfig(bytes({ os: "linux", architecture: "amd64", rootfs: ROOTFS }), "c");
  const layer = { mediaType: "x", digest: A as Digest, size: 1 };
  const manifest = { config: layer, layers: [layer], annotations: {} };
  expect(() => requireSameLayers(manifest, config, "image i")).toThrow("cannot use image i: its manifest has 1 layers and its config 2");
});

test("null counts as absent, as Go programs write it", () => {
  const nothing = { User: null, Env: null, Entrypoint: null, Cmd: null, Volumes: null, WorkingDir: "", Labels: null, ExposedPorts: null };
  const config = parseImageConfig(
    bytes({ os: "linux", architecture: "arm", variant: "v7", config: nothing, rootfs: ROOTFS, history: null }),
    "c",
  );
  expect(config).toEqual({
    created: undefined,
    author: undefined,
    platform: { os: "linux", architecture: "arm", variant: "v7" },
    config: {
      user: undefined,
      env: [],
      entrypoint: [],
      cmd: [],
      workingDir: undefined,
      labels: {},
      stopSignal: undefined,
      exposedPorts: [],
      volumes: [],
    },
    diffIds: [A, B],
    history: [],
  });
});

test.each([
  ["nothing at all", {}],
  ["empty texts", { os: "", architecture: "", created: "", author: "", config: { User: "", WorkingDir: "", StopSignal: "" } }],
  ["null everywhere", { os: null, architecture: null, variant: null, created: null, config: null, history: [null] }],
])("a config with %s is for this machine", (_, config) => {
  const parsed = parseImageConfig(bytes({ ...config, rootfs: { diff_ids: [A] } }), "c");
  expect([parsed.platform, parsed.diffIds, parsed.config.user]).toEqual([hostPlatform(), [A], undefined]);
});

test("a config without rootfs has no layers", () => {
  expect(parseImageConfig(bytes({ rootfs: null }), "c").diffIds).toEqual([]);
});

test("null and empty strings in lists and maps are empty, one word may stand for a list, and an empty variable counts as unset", () => {
  const { config } = parseImageConfig(
    bytes({ rootfs: ROOTFS, config: { Env: ["A=1", "", null], Labels: { a: null }, Entrypoint: "/init", Cmd: ["", null] } }),
    "c",
  );
  expect([config.env, config.labels, config.entrypoint, config.cmd]).toEqual([["A=1"], { a: "" }, ["/init"], ["", ""]]);
});

test.each([
  ["x86_64", undefined, { os: "linux", architecture: "amd64" }],
  ["aarch64", undefined, { os: "linux", architecture: "arm64" }],
  ["armhf", undefined, { os: "linux", architecture: "arm", variant: "v7" }],
  ["arm", "v6", { os: "linux", architecture: "arm", variant: "v6" }],
  ["riscv64", undefined, { os: "linux", architecture: "riscv64" }],
])("the architecture %s is called as images call it", (architecture, variant, platform) => {
  expect(parseImageConfig(bytes({ os: "linux", architecture, variant, rootfs: ROOTFS }), "c").platform).toEqual(platform);
});

test.each([
  [
    "rootfs that is an object",
    { os: "linux", architecture: "amd64", rootfs: [] },
    "cannot read c: /rootfs: it is [] and must be an object",
  ],
  [
    "a known rootfs type",
    { os: "linux", architecture: "amd64", rootfs: { type: "rootfs" } },
    'cannot read c: /rootfs/type is "rootfs", and "layers" is accepted',
  ],
  [
    "an architecture of text",
    { os: "linux", architecture: 64, rootfs: ROOTFS },
    "cannot read c/architecture: it is 64 and must be a string",
  ],
  [
    "less than 4097 layers",
    { rootfs: { diff_ids: Array.from({ length: 4097 }, () => A) } },
    "cannot read c: /rootfs/diff_ids: it has 4097 layers, and at most 4096 are accepted",
  ],
  [
    "environment of texts",
    { os: "linux", architecture: "amd64", rootfs: ROOTFS, config: { Env: [1] } },
    "cannot read c: /config/Env/0: it is 1 and must be a string",
  ],
])("a config without %s is refused", (_, config, message) => {
  expect(() => parseImageConfig(bytes(config), "c")).toThrow(message);
});
