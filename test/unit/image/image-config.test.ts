import { expect, test } from "bun:test";
import { type Digest, digestOf } from "../../../src/base/digest.ts";
import { chainIdsOf, parseImageConfig, requireSameLayers } from "../../../src/image/image-config.ts";

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

test("null stands for what is absent, as Go programs write it", () => {
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
  ["rootfs", { os: "linux", architecture: "amd64" }, "cannot read c: /rootfs: it is missing and must be an object"],
  [
    "a known rootfs type",
    { os: "linux", architecture: "amd64", rootfs: { type: "rootfs" } },
    'cannot read c: /rootfs/type is "rootfs", and "layers" is accepted',
  ],
  ["an architecture", { os: "linux", rootfs: ROOTFS }, "cannot read c/architecture: it is missing and must be a string"],
  [
    "environment of texts",
    { os: "linux", architecture: "amd64", rootfs: ROOTFS, config: { Env: [1] } },
    "cannot read c: /config/Env/0: it is 1 and must be a string",
  ],
])("a config without %s is refused", (_, config, message) => {
  expect(() => parseImageConfig(bytes(config), "c")).toThrow(message);
});
