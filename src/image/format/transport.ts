/** Names of images outside of the store as skopeo and podman write them: `oci:DIRECTORY:NAME`, `docker-archive:FILE`, `docker://…`. Pure. */
import { RuntimeError } from "../../base/errors.ts";

/** Transports of files that lamina reads and writes itself. */
export const FILE_TRANSPORTS = ["oci", "oci-archive", "docker-archive"] as const;
export type FileTransport = (typeof FILE_TRANSPORTS)[number];

/** What only skopeo can reach. */
const OTHERS: readonly string[] = ["docker", "docker-daemon", "containers-storage", "dir", "ostree", "sif", "tarball", "atomic", "blob"];

export interface ImagePlace {
  /** undefined for a path, whatever lies there. */
  readonly transport: FileTransport | undefined;
  readonly path: string;
  /** Which image there. */
  readonly name: string | undefined;
}

export interface Wording {
  /** As in "cannot import". */
  readonly verb: "import" | "export";
  /** The command of lamina that takes all transports. */
  readonly instead: (text: string) => string;
}

/** Throws "usage" for what is written like a name of this form and means something that lamina cannot reach here. */
export function parseImagePlace(text: string, { verb, instead }: Wording): ImagePlace {
  const colon = text.indexOf(":");
  const transport = colon < 0 ? "" : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  if (isFileTransport(transport)) return placeOf(transport, rest, text);
  if (OTHERS.includes(transport)) {
    throw new RuntimeError("usage", `cannot ${verb} ${text}: ${transport}: is reached by skopeo`, { hint: `use ${instead(text)}` });
  }
  if (/^[a-z][a-z0-9+.-]*$/.test(transport) && rest.startsWith("/")) {
    const known = FILE_TRANSPORTS.map((one) => `${one}:`).join(", ");
    throw new RuntimeError("usage", `cannot ${verb} ${text}: there is no transport ${transport}:; ${known} are accepted`, {
      hint: `./${text} is a path`,
    });
  }
  return { transport: undefined, path: text, name: undefined };
}

function isFileTransport(text: string): text is FileTransport {
  return FILE_TRANSPORTS.some((one) => one === text);
}

/** A path has no colon in this form; a name may have. */
function placeOf(transport: FileTransport, rest: string, text: string): ImagePlace {
  const colon = rest.indexOf(":");
  const [path, name] = colon < 0 ? [rest, undefined] : [rest.slice(0, colon), rest.slice(colon + 1)];
  if (path === "") throw new RuntimeError("usage", `cannot use ${JSON.stringify(text)}: there is no path behind ${transport}:`);
  return { transport, path, name: name === "" ? undefined : name };
}

/** What brings an image into the store that is named in this form and by a path or address, so that it is no name in the store. */
export function commandForTransport(word: string): "import" | "pull" | undefined {
  const [, transport = "", rest = ""] = /^([a-z-]+):(.*)$/s.exec(word) ?? [];
  if (isFileTransport(transport) && /^[./]/.test(rest)) return "import";
  return OTHERS.includes(transport) && /^[./]/.test(rest) ? "pull" : undefined;
}
