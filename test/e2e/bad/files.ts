/** Bundles whose files are missing, unreadable, or of the wrong kind. */
import { rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BadBundle } from "./case.ts";

const config = (path: string): string => join(path, "config.json");
const AS_USER = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups"];

export const BAD_FILES: readonly BadBundle[] = [
  {
    title: "a bundle that does not exist",
    damage: ({ path }) => rm(path, { recursive: true }),
    says: ["no such file or directory"],
  },
  {
    title: "a bundle that is a file",
    damage: async ({ path }) => {
      await rm(path, { recursive: true });
      await writeFile(path, "");
    },
    says: ["not a directory"],
  },
  { title: "[C1] a bundle without config.json", damage: ({ path }) => rm(config(path)), says: ["config.json", /not found|no such file/] },
  {
    title: "a config.json that is a directory",
    damage: async ({ path }) => {
      await rm(config(path));
      await Bun.write(join(config(path), "file"), "");
    },
    says: [/is a directory/],
  },
  {
    title: "a config.json that is a link to itself",
    damage: async ({ path }) => {
      await rm(config(path));
      await symlink("config.json", config(path));
    },
    says: [/too many levels of symbolic links/],
  },
  {
    title: "a config.json that the caller may not read",
    prefix: AS_USER,
    damage: async ({ path }) => {
      await rm(config(path));
      await writeFile(config(path), "{}", { mode: 0o600 });
    },
    says: ["permission denied"],
  },
  { title: "an empty config.json", text: "", says: ["config.json"] },
  {
    title: "invalid JSON, with its line and column,",
    text: '{\n  "ociVersion": "1.0.2",\n  "process": }\n',
    says: ["config.json", /3:14|line 3,? column 14/],
  },
  { title: "a config.json that ends too early", text: '{ "ociVersion": "1.0.2", "root": {', says: ["config.json"] },
  { title: "text after the end of config.json", text: '{ "ociVersion": "1.0.2" }\n}', says: ["config.json", /2:1|line 2,? column 1/] },
  { title: "a config.json that is null", text: "null", says: ["config.json"] },
  { title: "a config.json that is an array", text: "[]", says: ["config.json"] },
  { title: "a config.json that is not UTF-8 text but binary", text: "\u0000\u0001\u0002", says: ["config.json"] },
  {
    title: "[C34] a root filesystem that does not exist",
    damage: ({ rootfs }) => rm(rootfs, { recursive: true }),
    says: ["rootfs", /no such file or directory|does not exist/],
  },
  {
    title: "[C34] a root filesystem that is a file",
    damage: async ({ rootfs }) => {
      await rm(rootfs, { recursive: true });
      await writeFile(rootfs, "");
    },
    says: ["rootfs", /not a directory/],
  },
];
