/** An archive's kind is told by its content: every tool's, in any order of its parts. A damaged one is an error, and never a root filesystem. */
import { describe, expect, test } from "bun:test";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hexOf } from "../../../src/base/digest.ts";
import { resolveImage } from "../../../src/image/store/image.ts";
import { verifyStore } from "../../../src/image/store/verify.ts";
import { SILENT } from "../../../src/image/stream/progress.ts";
import { digestOf } from "../../../src/sys/library/hash.ts";
import { TarWriter } from "../../../src/tar/writer.ts";
import { archiveOf, block, END, entryOf, type Member, pax } from "../../support/archive.ts";
import { compressed, TestLayout } from "../../support/image-layout.ts";
import { type TestStore, testStore } from "./store-fixture.ts";

const BASE = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "base\n" });
const TOP = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "top\n" });
const CONFIG = JSON.stringify({
  os: "linux",
  architecture: "amd64",
  rootfs: { type: "layers", diff_ids: [digestOf(BASE), digestOf(TOP)] },
});

async function motdOf({ store }: TestStore, name: string): Promise<string> {
  const { lowers } = await resolveImage(store, name);
  expect((await verifyStore(store, SILENT)).problems).toEqual([]);
  return readFile(join(lowers[0] ?? "", "etc/motd"), "utf8");
}

const manifestOf = (Config: string, Layers: readonly string[], RepoTags: readonly string[] | null = ["web:1"]): Member => ({
  name: "manifest.json",
  content: JSON.stringify([{ Config, RepoTags, Layers }]),
});
const hex = (data: Uint8Array | string): string => hexOf(digestOf(data));
const symlinked = (name: string, linkName: string): Member => ({ name, kind: "symlink", linkName });

function layout(): TestLayout {
  const made = new TestLayout();
  return made.add(
    made.image({
      layers: [
        { archive: BASE, compression: "gzip" },
        { archive: TOP, compression: "gzip" },
      ],
    }),
    "web:1",
  );
}

const layoutMembers = (): Member[] => [...layout().files()].map(([name, content]) => ({ name, content }));

/** Of docker save up to version 24: a directory per layer, with the files of version 1 of the format. */
function oldDocker(): Member[] {
  const [a, b, c] = ["a".repeat(64), "b".repeat(64), "c".repeat(64)];
  const directory = (id: string, layer: Member): Member[] => [
    { name: `${id}/` },
    { name: `${id}/VERSION`, content: "1.0" },
    { name: `${id}/json`, content: "{}" },
    layer,
  ];
  return [
    ...directory(a, { name: `${a}/layer.tar`, content: BASE }),
    ...directory(b, symlinked(`${b}/layer.tar`, `../${c}/layer.tar`)),
    ...directory(c, { name: `${c}/layer.tar`, content: TOP }),
    { name: `${hex(CONFIG)}.json`, content: CONFIG },
    manifestOf(`${hex(CONFIG)}.json`, [`${a}/layer.tar`, `${b}/layer.tar`]),
    { name: "repositories", content: JSON.stringify({ web: { 1: b } }) },
  ];
}

/** Of docker save since version 25, and BuildKit's type=docker: a layout with manifest.json beside it. */
function newDocker(): Member[] {
  const made = layout();
  const [config = "", ...others] = [...made.blobs.keys()].map((digest) => `blobs/${digest.replace(":", "/")}`);
  return [...layoutMembers(), manifestOf(config, others.slice(0, 2)), { name: "repositories", content: "{}" }];
}

/** Of crane, ko and kaniko: the config is named by its whole digest, and layers by that of their compressed form. */
function crane(): Member[] {
  const layers = [BASE, TOP].map((layer) => compressed(layer, "gzip"));
  return [
    { name: digestOf(CONFIG), content: CONFIG },
    ...layers.map((content): Member => ({ name: `${hex(content)}.tar.gz`, content })),
    manifestOf(
      digestOf(CONFIG),
      layers.map((layer) => `${hex(layer)}.tar.gz`),
    ),
  ];
}

/** Of skopeo, podman and buildah. */
function skopeo(): Member[] {
  return [
    ...[BASE, TOP].map((content): Member => ({ name: `${hex(content)}.tar`, content })),
    symlinked(`${"d".repeat(64)}/layer.tar`, `../${hex(TOP)}.tar`),
    { name: `${hex(CONFIG)}.json`, content: CONFIG },
    manifestOf(`${hex(CONFIG)}.json`, [`${hex(BASE)}.tar`, `${"d".repeat(64)}/layer.tar`]),
  ];
}

/** Of jib. */
function jib(): Member[] {
  const layers = [BASE, TOP].map((layer) => compressed(layer, "gzip"));
  return [
    ...layers.map((content): Member => ({ name: `${hex(content)}.tar.gz`, content })),
    { name: "config.json", content: CONFIG },
    manifestOf(
      "config.json",
      layers.map((layer) => `${hex(layer)}.tar.gz`),
    ),
  ];
}

const hardlinked = (): Member[] => [
  { name: "a.tar", content: BASE },
  { name: "b.tar", kind: "hardlink", linkName: "./c.tar" },
  { name: "c.tar", content: TOP },
  symlinked("links", "here/."),
  { name: "here/" },
  symlinked("here/d.tar", "../b.tar"),
  { name: "c.json", content: CONFIG },
  manifestOf("c.json", ["a.tar", "links/d.tar"]),
];

const KINDS = { layoutMembers, oldDocker, newDocker, crane, skopeo, jib, hardlinked };

describe.each(Object.keys(KINDS) as (keyof typeof KINDS)[])("an archive of the kind %s is an image", (kind) => {
  const members = KINDS[kind]();
  const relative = (member: Member): Member => ({ ...member, name: `./${member.name}` });
  test.each<[string, readonly Member[], "gzip" | "zstd" | undefined]>([
    ["as it is written", members, undefined],
    ["with ./ before each name", [{ name: "./" }, ...members.map(relative)], undefined],
    ["with its parts the other way round", members.toReversed(), undefined],
    ["compressed by gzip", members, "gzip"],
    ["compressed by zstd, the other way round", members.toReversed(), "zstd"],
    ["with names that a root filesystem has", [{ name: "bin/" }, { name: "etc/passwd", content: "root" }, ...members], undefined],
  ])("%s", async (_, given, compression) => {
    await using own = await testStore();
    await writeFile(join(own.path, "image"), compressed(archiveOf(...given), compression));
    const added = await own.bring(join(own.path, "image"));
    expect(added.map(({ name, layers }) => [name, layers])).toEqual([["web:1", 2]]);
    expect([await motdOf(own, "web:1"), own.warnings]).toEqual(["top\n", []]);
    expect(await readdir(join(own.store.root, "ingest"))).toEqual([]);
  });
});

describe("damaged images are errors, and leave nothing", () => {
  const without = (members: readonly Member[], ...names: readonly string[]): Member[] =>
    members.filter(({ name }) => !names.includes(name));
  const replaced = (members: readonly Member[], name: string, content: string): Member[] => [...without(members, name), { name, content }];
  const config = digestOf(CONFIG);
  const swapped = (members: readonly Member[]): Member[] =>
    members.map((one) => (one.name === config ? { ...one, content: CONFIG.replace("linux", "Linux") } : one));
  test.each<[string, Uint8Array, RegExp]>([
    ["no oci-layout", archiveOf(...without(layoutMembers(), "oci-layout")), /OCI image layout, and oci-layout is missing$/],
    ["no index.json", archiveOf(...without(layoutMembers(), "index.json")), /OCI image layout, and index.json is missing$/],
    ["no index.json, beside manifest.json", archiveOf(...without(newDocker(), "index.json")), /index.json is missing$/],
    ["an index.json that is no JSON", archiveOf(...replaced(layoutMembers(), "index.json", "{")), /index.json: it is no JSON/],
    [
      "an index.json of a list",
      archiveOf(...replaced(layoutMembers(), "index.json", "[]")),
      /index.json: it is \[\] and must be an object$/,
    ],
    ["a manifest.json that is no JSON", archiveOf(...replaced(crane(), "manifest.json", "[{")), /manifest.json in .*: it is no JSON/],
    ["a manifest.json without images", archiveOf(...replaced(crane(), "manifest.json", "[]")), /it has no container images$/],
    [
      "a manifest.json of empty images",
      archiveOf(...replaced(crane(), "manifest.json", "[{}]")),
      /Config: it is missing and must be a string$/,
    ],
    ["no manifest.json", archiveOf(...without(skopeo(), "manifest.json")), /no manifest.json or index.json that names them$/],
    ["no manifest.json, as of the oldest docker", archiveOf(...without(oldDocker(), "manifest.json")), /no manifest.json or index.json/],
    ["blobs alone", archiveOf(...without(layoutMembers(), "index.json", "oci-layout")), /no manifest.json or index.json/],
    ["no config", archiveOf(...without(crane(), config)), /there is no such file$/],
    ["another config", archiveOf(...swapped(crane())), /cannot read sha256:[0-9a-f]+ in .*: its content is sha256:/],
    ["no layer", archiveOf(...crane().filter(({ name }, i) => i !== 1 || name === config)), /there is no such file$/],
    [
      "a layer fewer",
      archiveOf(...crane().slice(0, 3), manifestOf(config, [crane()[1]?.name ?? ""])),
      /names 1 layers and sha256:[0-9a-f]+ 2$/,
    ],
    [
      "its layers exchanged",
      archiveOf(...crane().slice(0, 3), manifestOf(config, [crane()[2]?.name ?? "", crane()[1]?.name ?? ""])),
      /cannot add layer [0-9a-f]+\.tar\.gz of .*: .*its digest is sha256:[0-9a-f]+, not sha256:/,
    ],
    ["its end cut off", archiveOf(...crane()).subarray(0, -2000), /ends too early$/],
    ["its end cut off, compressed", compressed(archiveOf(...crane()), "gzip").subarray(0, -20), /cannot uncompress the layer/],
    ["its end cut off, compressed by zstd", compressed(archiveOf(...crane()), "zstd").subarray(0, -20), /its zstd data ends too early$/],
    ["a link in a circle", archiveOf(symlinked("a", "b"), symlinked("b", "a"), manifestOf("c.json", ["a"])), /there is no such file$/],
    [
      "skopeo's manifest of dir:",
      archiveOf({ name: "manifest.json", content: '{"schemaVersion":2,"config":{}}' }),
      /written by skopeo as dir:$/,
    ],
  ])("%s", async (_, data, message) => {
    await using own = await testStore();
    await writeFile(join(own.path, "image"), data);
    for (const name of [undefined, "given:1"]) await expect(own.bring(join(own.path, "image"), { name })).rejects.toThrow(message);
    expect([own.store.entries(), own.store.blobs.list(), own.store.layers.list()]).toEqual([[], [], []]);
    expect(await readdir(join(own.store.root, "ingest"))).toEqual([]);
  });
});

describe("a root filesystem is recognized whatever its files are called", () => {
  const FILES: Member[] = [{ name: "etc/" }, { name: "etc/motd", content: "root\n" }];
  test.each<[string, readonly Member[]]>([
    [
      "as parts of images",
      [{ name: `${"a".repeat(64)}.tar`, content: "x" }, { name: "blobs/sha256/" }, { name: "repositories" }, ...FILES],
    ],
    ["as an image, in a directory", [...FILES, ...crane().map((one) => ({ ...one, name: `srv/${one.name}` }))]],
    ["as a layout, in a directory", [...FILES, ...layoutMembers().map((one) => ({ ...one, name: `var/store/${one.name}` }))]],
    ["as the manifest of a web application", [...FILES, { name: "manifest.json", content: '{"name":"App","icons":[]}' }]],
    ["as an index of a web page", [...FILES, { name: "index.json", content: '["a","b"]' }]],
    ["as a directory in an image's place", [...FILES, { name: "index.json/" }, { name: "oci-layout/" }, { name: "manifest.json/" }]],
  ])("%s", async (_, members) => {
    await using own = await testStore();
    await writeFile(join(own.path, "root"), archiveOf(...members));
    await expect(own.bring(join(own.path, "root"))).rejects.toThrow(/is a root filesystem, which has no name of its own$/);
    const [added] = await own.bring(join(own.path, "root"), { name: "base" });
    expect([added?.layers, await motdOf(own, "base")]).toEqual([1, "root\n"]);
  });
});

test("a layer with holes in an archive is read with its zeros", async () => {
  await using own = await testStore();
  const layer = archiveOf({ name: "etc/" }, { name: "etc/motd", content: "base\n" }, { name: "zeros", content: Buffer.alloc(300_000) });
  const config = JSON.stringify({ rootfs: { type: "layers", diff_ids: [digestOf(layer)] } });
  const head = layer.length - 301_000; // the rest begins within the zeros
  const writer = new TarWriter();
  writer.entry({ ...entryOf({ name: "l.tar" }), size: layer.length, sparse: [{ offset: 0, length: head }] });
  writer.content(layer.subarray(0, head));
  const rest = archiveOf({ name: "c.json", content: config }, manifestOf("c.json", ["l.tar"]));
  const isZeros = layer.subarray(head).every((byte) => byte === 0);
  await writeFile(join(own.path, "image"), Buffer.concat([writer.take(), rest]));
  expect(isZeros).toBe(true);
  await own.bring(join(own.path, "image"));
  expect(await motdOf(own, "web:1")).toBe("base\n");
});

test("for a directory in docker's format no file outside is read", async () => {
  await using own = await testStore();
  const directory = join(own.path, "image");
  await mkdir(directory);
  await writeFile(join(own.path, "secret.tar"), BASE);
  const config = JSON.stringify({ rootfs: { type: "layers", diff_ids: [digestOf(BASE)] } });
  await writeFile(join(directory, "c.json"), config);
  await symlink("../secret.tar", join(directory, "link.tar"));
  for (const layer of ["../secret.tar", "link.tar", join(own.path, "secret.tar")]) {
    await writeFile(join(directory, "manifest.json"), String(manifestOf("c.json", [layer]).content));
    await expect(own.bring(directory)).rejects.toThrow(/there is no such file$/);
  }
  await writeFile(join(directory, "inside.tar"), BASE);
  await writeFile(join(directory, "manifest.json"), String(manifestOf("c.json", ["./inside.tar"]).content));
  await own.bring(directory);
  expect(await motdOf(own, "web:1")).toBe("base\n");
});

test("a name or link in an archive that leads out of it names nothing outside", async () => {
  await using own = await testStore();
  await writeFile(join(own.path, "secret"), '{"imageLayoutVersion":"1.0.0"}');
  const links = [pax({ path: "oci-layout" }), block({ name: "x", type: "2", linkName: "../../../secret" })];
  await writeFile(join(own.path, "evil.tar"), Buffer.concat([...links, block({ name: "../index.json" }, "{}"), END]));
  await expect(own.bring(join(own.path, "evil.tar"))).rejects.toThrow(/no name of its own$/);
});
