/** The rows of `lamina image …` in the command line; see table.ts. */
import { JSON_OR_TABLE } from "./format-option.ts";
import type { CommandRow, Option, Positional } from "./table-row.ts";

const IMAGE = { name: "image", summary: "name of an image in the store, or a prefix of its digest" } as const satisfies Positional;

const PLATFORM = {
  name: "platform",
  type: "string",
  value: "os/arch",
  summary: "choose this platform of a multi-platform image; default: this machine's",
} as const satisfies Option;

const ALL_PLATFORMS = {
  name: "all-platforms",
  type: "boolean",
  summary: "take all platforms of a multi-platform image; only this machine's layers are unpacked",
} as const satisfies Option;

const REGISTRY = [
  { name: "authfile", type: "string", value: "file", summary: "credentials file, as used by skopeo and docker" },
  { name: "insecure", type: "boolean", summary: "accept plain HTTP and unverified certificates" },
  { name: "quiet", type: "boolean", alias: "q", summary: "print only the digest" },
] as const satisfies readonly Option[];

export const IMAGE_COMMANDS = {
  "image import": {
    summary: "import an image or a root filesystem into the store",
    details:
      "Accepts an OCI image layout (directory or archive), a `docker save` archive, or a tar of a root filesystem, which becomes a base image; the content decides which. Archives may be compressed with gzip or zstd; - is standard input. oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME] and docker-archive:FILE[:NAME] work as in skopeo. SOURCE_DATE_EPOCH sets the date of a base image.",
    positionals: [
      { name: "source", summary: "directory or archive, by path or skopeo name, or - for standard input" },
      { name: "name", optional: true, summary: "name in the store; default: the name in the source" },
    ],
    options: [
      PLATFORM,
      ALL_PLATFORMS,
      { name: "ref", type: "string", value: "name", summary: "import the image with this name, if the source has several" },
      { name: "quiet", type: "boolean", alias: "q", summary: "print only the digests" },
    ],
  },
  "image export": {
    summary: "export an image from the store",
    details:
      "Writes an OCI image layout: a directory (an existing layout is added to), or an archive if the destination ends in .tar or is - for standard output. The format docker-archive is for `docker load`; rootfs is a tar of the files alone, all layers in one, from which `image import` makes a base image. oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME] and docker-archive:FILE[:NAME] work as in skopeo. A layout gets all platforms of the image that are in the store, unless --platform is given.",
    positionals: [IMAGE, { name: "destination", summary: "directory or archive, by path or skopeo name, or - for standard output" }],
    options: [
      PLATFORM,
      {
        name: "format",
        type: "string",
        alias: "f",
        choices: ["oci", "oci-archive", "docker-archive", "rootfs"],
        value: "format",
        summary: "output format; default: oci-archive for - and names ending in .tar, else oci",
      },
      { name: "name", type: "string", value: "name", summary: "name of the image in the destination; default: its name in the store" },
    ],
  },
  "image pull": {
    summary: "pull an image from a registry, with skopeo",
    details:
      "Fetches an image with skopeo; layers already in the store are not fetched again. A reference with a transport of skopeo's (docker-daemon:, oci:, dir: …) is passed unchanged.",
    positionals: [
      { name: "reference", summary: "for example debian:12 or registry.example.org/team/web:1" },
      { name: "name", optional: true, summary: "name in the store; default: the reference" },
    ],
    options: [PLATFORM, ALL_PLATFORMS, ...REGISTRY],
  },
  "image push": {
    summary: "push an image to a registry, with skopeo",
    details:
      "Copies an image with skopeo to a registry, or to a reference with a transport of skopeo's. All platforms of a multi-platform image are pushed, unless --platform is given.",
    positionals: [IMAGE, { name: "reference", optional: true, summary: "destination; default: the image's name" }],
    options: [PLATFORM, ...REGISTRY],
  },
  "image list": {
    summary: "list the images",
    details: "Lists the images in the store, with the size of their compressed layers.",
    positionals: [],
    options: [JSON_OR_TABLE, { name: "quiet", type: "boolean", alias: "q", summary: "print only the digests" }],
  },
  "image tag": {
    summary: "give an image another name",
    details: "Adds a name. Another image with that name loses it.",
    positionals: [IMAGE, { name: "name", summary: "the new name" }],
    options: [],
  },
  "image rm": {
    summary: "remove a name from the store",
    details: "Removes a name; without its last name an image is no longer in the store. `image gc` then frees its space.",
    positionals: [IMAGE],
    options: [],
  },
  "image inspect": {
    summary: "print everything known about an image as JSON",
    details: "Prints digests, sizes and chain ids of the layers, and the image's configuration as stored.",
    positionals: [IMAGE],
    options: [PLATFORM],
  },
  "image history": {
    summary: "list the steps that made an image",
    details: "Lists the history in the image's configuration, newest first, with the layers that each step made.",
    positionals: [IMAGE],
    options: [PLATFORM, JSON_OR_TABLE],
  },
  "image tree": {
    summary: "show how images share layers",
    details: "Draws the layers from the base upwards, with their sizes and the images that end there. Shared layers appear once.",
    positionals: [],
    options: [
      {
        name: "format",
        type: "string",
        alias: "f",
        choices: ["text", "json", "dot"],
        default: "text",
        value: "format",
        summary: "text for people, json for programs, dot for Graphviz",
      },
    ],
  },
  "image df": {
    summary: "show how much space images take",
    details: "Shows how much of each image is shared and how much is its own, and what `image gc` would free.",
    positionals: [],
    options: [JSON_OR_TABLE],
  },
  "image gc": {
    summary: "free what no image or bundle needs",
    details: "Removes blobs and unpacked layers that no image in the store and no bundle in use refers to. Waits for running imports.",
    positionals: [],
    options: [{ name: "dry-run", type: "boolean", alias: "n", summary: "print what would be removed, and remove nothing" }],
  },
  "image verify": {
    summary: "check the whole store",
    details:
      "Checks every blob against its digest, follows every reference, and compares unpacked layers with the archives they came from. Exits with 1 if anything is wrong.",
    positionals: [],
    options: [{ name: "remove-damaged", type: "boolean", summary: "remove damaged blobs and layers; the next import writes them again" }],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
