/** Reads a file out of unpacked layers without mounting them. The layers are foreign: no link leads out of them. */
import { decodeText } from "../base/text.ts";
import { LowerStack } from "../layers/lower-stack.ts";
import { OverlayForm } from "../layers/overlay-form.ts";
import { resolveShown } from "../layers/shown-path.ts";
import { Fd, readAll } from "../sys/fd.ts";
import { OPEN } from "../sys/file.ts";
import { check } from "../sys/libc.ts";
import { isRootless } from "../sys/process.ts";
import { byteString, tryOpenBeneath } from "../sys/tree.ts";

/** The text of `path` as a container on `lowers`, the top first, would read it; undefined if there is no regular file. */
export function readLayeredFile(lowers: readonly string[], path: string): string | undefined {
  using stack = new LowerStack(lowers, new OverlayForm({ userXattr: isRootless() }));
  const found = resolveShown(stack, byteString(path));
  if (found?.node.status.kind !== "file") return undefined;
  const opened = tryOpenBeneath(found.node.root, found.node.path, OPEN.read | OPEN.noFollow | OPEN.nonBlock);
  using fd = new Fd(check(opened, "openat2(2)", `open ${path} of the image`));
  return decodeText(readAll(fd.number, path));
}
