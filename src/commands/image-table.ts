/** The rows of `lamina image …` in the command line; see table.ts. */
import { JSON_OR_TABLE } from "./format-option.ts";
import type { CommandRow, Option, Positional } from "./table-row.ts";

const IMAGE = { name: "image", summary: "name of an image in the store, or the beginning of its digest" } as const satisfies Positional;

const PLATFORM = {
  name: "platform",
  type: "string",
  value: "os/arch",
  summary: "of an image for several platforms take this one; default: that of this machine",
} as const satisfies Option;

const ALL_PLATFORMS = {
  name: "all-platforms",
  type: "boolean",
  summary: "of an image for several platforms take all; layers are unpacked for this machine's",
} as const satisfies Option;

const REGISTRY = [
  { name: "authfile", type: "string", value: "file", summary: "credentials, as skopeo and docker keep them" },
  { name: "insecure", type: "boolean", summary: "accept plain HTTP and certificates of unknown origin" },
  { name: "quiet", type: "boolean", alias: "q", summary: "print nothing but the digest" },
] as const satisfies readonly Option[];

export const IMAGE_COMMANDS = {
  "image import": {
    summary: "bring an image or a root filesystem into the store",
    details:
      "Takes an OCI image layout (a directory, or an archive of one), an archive of `docker save`, or a tar of a root filesystem, which becomes a base image. Its content tells which. Archives may be compressed by gzip or zstd; - is standard input. oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME] and docker-archive:FILE[:NAME] mean what they mean to skopeo. With SOURCE_DATE_EPOCH a base image is dated.",
    positionals: [
      { name: "source", summary: "directory or archive, by path or as skopeo names it, or - for standard input" },
      { name: "name", optional: true, summary: "name in the store; default: the name that the source has" },
    ],
    options: [
      PLATFORM,
      ALL_PLATFORMS,
      { name: "ref", type: "string", value: "name", summary: "of several images import the one of this name" },
      { name: "quiet", type: "boolean", alias: "q", summary: "print nothing but the digests" },
    ],
  },
  "image export": {
    summary: "write an image out of the store",
    details:
      "Writes an OCI image layout: a directory (added to if it is one already), or an archive of it for a destination that ends in .tar or is - for standard output. The format docker-archive is for `docker load`; rootfs is a tar of the files alone, all layers in one, which `image import` makes a base image of. oci:DIRECTORY[:NAME], oci-archive:FILE[:NAME] and docker-archive:FILE[:NAME] mean what they mean to skopeo. As a layout an image for several platforms goes with all that are in the store, unless --platform is given.",
    positionals: [IMAGE, { name: "destination", summary: "directory or archive, by path or as skopeo names it, or - for standard output" }],
    options: [
      PLATFORM,
      {
        name: "format",
        type: "string",
        alias: "f",
        choices: ["oci", "oci-archive", "docker-archive", "rootfs"],
        value: "format",
        summary: "what to write; default: oci-archive for - and names that end in .tar, else oci",
      },
      { name: "name", type: "string", value: "name", summary: "what the image is called there; default: its name in the store" },
    ],
  },
  "image pull": {
    summary: "fetch an image from a registry, by skopeo",
    details:
      "Lets skopeo fetch an image; layers that the store has are not fetched again. A reference with one of skopeo's transports (docker-daemon:, oci:, dir: …) is taken as it is.",
    positionals: [
      { name: "reference", summary: "as in debian:12 or registry.example.org/team/web:1" },
      { name: "name", optional: true, summary: "name in the store; default: the reference" },
    ],
    options: [PLATFORM, ALL_PLATFORMS, ...REGISTRY],
  },
  "image push": {
    summary: "give an image to a registry, by skopeo",
    details:
      "Lets skopeo copy an image to a registry, or to whatever a reference with one of its transports means. An image for several platforms goes with all of them, unless --platform is given.",
    positionals: [IMAGE, { name: "reference", optional: true, summary: "where to; default: the image's name" }],
    options: [PLATFORM, ...REGISTRY],
  },
  "image list": {
    summary: "list the images",
    details: "Lists the images of the store, with the size of their compressed layers.",
    positionals: [],
    options: [JSON_OR_TABLE, { name: "quiet", type: "boolean", alias: "q", summary: "print only the digests" }],
  },
  "image tag": {
    summary: "give an image another name",
    details: "Adds a name. Another image that has it loses it.",
    positionals: [IMAGE, { name: "name", summary: "the new name" }],
    options: [],
  },
  "image rm": {
    summary: "remove a name from the store",
    details: "Removes a name; with the last name the image is no longer in the store. `image gc` frees what nobody needs any more.",
    positionals: [IMAGE],
    options: [],
  },
  "image inspect": {
    summary: "print all that is known of an image as JSON",
    details: "Prints digests, sizes and chain ids of the layers, and the image's configuration as it stands in the store.",
    positionals: [IMAGE],
    options: [PLATFORM],
  },
  "image history": {
    summary: "list the steps that made an image",
    details: "Lists what the image's configuration tells of its making, the newest first, with the layers that came of it.",
    positionals: [IMAGE],
    options: [PLATFORM, JSON_OR_TABLE],
  },
  "image tree": {
    summary: "draw how images and layers are linked",
    details:
      "Draws the layers from the base upwards, with their sizes and the images that end there. A layer that several images share stands once.",
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
    summary: "say how much space images take",
    details: "Tells for each image what it shares with others and what is its own, and what `image gc` would free.",
    positionals: [],
    options: [JSON_OR_TABLE],
  },
  "image gc": {
    summary: "free what no image and no bundle needs",
    details: "Removes blobs and unpacked layers that no image in the store and no bundle in use refers to. Waits for imports at work.",
    positionals: [],
    options: [{ name: "dry-run", type: "boolean", alias: "n", summary: "only print what would be removed" }],
  },
  "image verify": {
    summary: "check the whole store",
    details:
      "Reads every blob and compares it with its digest, follows every reference, and compares unpacked layers with the archives that they came from. Exits with 1 if anything is wrong.",
    positionals: [],
    options: [
      { name: "remove-damaged", type: "boolean", summary: "remove damaged blobs and layers, so that the next import writes them again" },
    ],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;
