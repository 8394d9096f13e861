/** The tools that unpack and commit images, and their command lines. Each has its own store below the directory that it is given. */
import { join } from "node:path";
import { BenchError } from "./bench-error.ts";
import { execute, findProgram, tryExecute } from "./command.ts";
import { openDisk } from "./fresh-disk.ts";
import { type Compression, NAME, writeLayout } from "./layout.ts";
import type { Contender, Runtime } from "./runtimes.ts";

export interface ImageTool {
  readonly name: Extract<Contender, "lamina" | "umoci" | "podman">;
  readonly path: string;
  readonly version: string;
  /** Imports the image of a layout into a new store in `disk`, unpacked. */
  readonly importing: (layout: string, disk: string) => readonly string[];
}

export interface ImageTools {
  readonly tools: readonly ImageTool[];
  /** One sentence for each tool that is missing. */
  readonly leftOut: readonly string[];
}

export function findImageTools({ path, version }: Pick<Runtime, "path" | "version">): ImageTools {
  const tools: ImageTool[] = [
    { name: "lamina", path, version, importing: (layout, disk) => [...laminaIn(path, disk), "image", "import", layout] },
  ];
  const leftOut: string[] = [];
  const umoci = findProgram("umoci");
  const podman = findProgram("podman");
  if (umoci === null) leftOut.push("umoci is left out: it is not installed (not found in PATH)");
  else {
    const importing = (layout: string, disk: string) => [umoci, "unpack", "--image", `${layout}:${NAME}`, join(disk, "bundle")];
    tools.push({ name: "umoci", path: umoci, version: versionOf(umoci), importing });
  }
  if (podman === null) leftOut.push("podman is left out: it is not installed (not found in PATH)");
  else {
    const importing = (layout: string, disk: string) => [...podmanIn(podman, disk), "pull", "--quiet", `oci:${layout}:${NAME}`];
    tools.push({ name: "podman", path: podman, version: versionOf(podman), importing });
  }
  return { tools, leftOut };
}

/** The tools that can import layers of that compression, tried on a small image; `home` is for what that leaves behind. */
export function toolsFor({ tools }: ImageTools, compression: Compression, home: string, note: (sentence: string) => void): ImageTool[] {
  const layout = join(home, `try-${compression}`);
  writeLayout(layout, [Buffer.alloc(10240)], compression); // a tar without files
  return tools.filter((tool) => {
    using disk = openDisk(join(home, tool.name));
    const { status, complaint } = tryExecute(tool.importing(layout, disk.path));
    if (status === 0) return true;
    if (tool.name === "lamina") throw new BenchError(`cannot import a small image of ${compression} layers: ${complaint}`);
    note(`${tool.name} is left out of the import of ${compression} layers, since it cannot: ${complaint}`);
    return false;
  });
}

export function laminaIn(path: string, disk: string): string[] {
  return [path, "--image-root", join(disk, "store")];
}

/** A new store with the driver that podman prefers; temporary files are on the same disk. */
export function podmanIn(path: string, disk: string): string[] {
  return [
    ...["/usr/bin/env", `TMPDIR=${disk}`, path],
    ...["--root", join(disk, "root"), "--runroot", join(disk, "run"), "--storage-driver", "overlay", "--events-backend", "none"],
  ];
}

function versionOf(path: string): string {
  return execute([path, "--version"]).split("\n")[0] ?? "";
}
