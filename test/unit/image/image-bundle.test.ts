import { expect, test } from "bun:test";
import { type BundleOptions, imageBundle } from "../../../src/image/bundle/image-bundle.ts";
import { type Execution, type ImageConfig, parseImageConfig } from "../../../src/image/format/image-config.ts";
import type { Spec } from "../../../src/spec/types.ts";

const BASE: Spec = {
  ociVersion: "1.3.0",
  process: { user: { uid: 5, gid: 5 }, args: ["sh"], cwd: "/", terminal: true, env: ["PATH=/base", "TERM=xterm"], noNewPrivileges: true },
  root: { path: "rootfs" },
  mounts: [{ destination: "/proc", type: "proc" }],
  annotations: { ours: "stays" },
};

function convert(config: object, options: Partial<BundleOptions> = {}, rest: object = {}): Spec {
  const image = { os: "linux", architecture: "arm64", ...rest, config, rootfs: { type: "layers", diff_ids: [] } };
  const parsed: ImageConfig = parseImageConfig(Buffer.from(JSON.stringify(image)), "c");
  return imageBundle(parsed, { base: BASE, readImageFile: () => undefined, ...options });
}

const WEB = { Entrypoint: ["/entry", "-x"], Cmd: ["serve", "all"], Env: ["A=1", "PATH=/image"], WorkingDir: "/srv", User: "12:13" };

test("[L23] environment, directory, user, entry point and command are used as they are", () => {
  expect(convert(WEB, { terminal: false }).process).toEqual({
    terminal: false,
    user: { uid: 12, gid: 13 },
    args: ["/entry", "-x", "serve", "all"],
    env: ["A=1", "PATH=/image"],
    cwd: "/srv",
    noNewPrivileges: true,
  });
});

test.each<[string, object, Partial<BundleOptions>, readonly string[]]>([
  ["a command of the caller's stands behind the entry point", WEB, { cmd: ["stop"] }, ["/entry", "-x", "stop"]],
  ["an entry point of the caller's drops the image's command", WEB, { entrypoint: ["sh"] }, ["sh"]],
  ["both may be the caller's", WEB, { entrypoint: ["sh"], cmd: ["-c", "x"] }, ["sh", "-c", "x"]],
  ["an image may have a command alone", { Cmd: ["sh"] }, {}, ["sh"]],
])("%s", (_, config, options, args) => {
  expect(convert(config, options).process?.args).toEqual([...args]);
});

test("an image without a command needs one", () => {
  expect(() => convert({})).toThrow("cannot make a process of the image: it has neither Entrypoint nor Cmd");
});

test("[L23] the environment of the image wins over the base's, and the caller's over both", () => {
  const { process } = convert({ ...WEB, Env: ["A=1", "B=", "C"] }, { env: ["A=2", "NEW=x=y"] });
  expect(process?.env).toEqual(["PATH=/base", "TERM=xterm", "B=", "C", "A=2", "NEW=x=y"]);
});

test("[L23] labels win over values derived from the image", () => {
  const labels = { "org.opencontainers.image.author": "label", own: "label" };
  const config: Partial<Record<string, unknown>> = {
    ...WEB,
    Labels: labels,
    StopSignal: "SIGQUIT",
    ExposedPorts: { "80/tcp": {}, "53/udp": {} },
  };
  expect(convert(config, {}, { author: "me", created: "2020-01-01T00:00:00Z", variant: "v8" }).annotations).toEqual({
    ours: "stays",
    own: "label",
    "org.opencontainers.image.os": "linux",
    "org.opencontainers.image.architecture": "arm64",
    "org.opencontainers.image.variant": "v8",
    "org.opencontainers.image.author": "label",
    "org.opencontainers.image.created": "2020-01-01T00:00:00Z",
    "org.opencontainers.image.stopSignal": "SIGQUIT",
    "org.opencontainers.image.exposedPorts": "80/tcp,53/udp",
  });
});

test("labels that lamina would act on become no annotations", () => {
  const { annotations } = convert({
    ...WEB,
    Labels: { "org.systemd.property.SuccessAction": "'reboot'", "org.systemd.property": "label" },
  });
  expect(annotations).toEqual({
    ours: "stays",
    "org.systemd.property": "label",
    "org.opencontainers.image.os": "linux",
    "org.opencontainers.image.architecture": "arm64",
  });
});

test("[L23] volumes become mounts, except where the caller mounts something", () => {
  const { mounts } = convert({ ...WEB, Volumes: { "/data": {}, "/a/../b/": {}, "/": {} } }, { mounted: ["/data"] });
  expect(mounts).toEqual([
    { destination: "/proc", type: "proc" },
    { destination: "/b", type: "bind", source: "volumes/1", options: ["rbind", "rprivate"] },
  ] as unknown as NonNullable<Spec["mounts"]>);
});

test("[L23] unknown members of an image's config change nothing", () => {
  const known: keyof Execution = "cmd";
  expect(convert({ Cmd: ["sh"], Healthcheck: { Test: ["CMD", "x"] }, OnBuild: [known] }).process?.args).toEqual(["sh"]);
});
