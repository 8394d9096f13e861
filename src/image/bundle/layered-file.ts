/** Reads a file out of unpacked layers without mounting them. The layers are foreign: no link leads out of them. */
import { RuntimeError } from "../../base/errors.ts";
import { decodeText } from "../../base/text.ts";
import { LowerStack } from "../../layers/form/lower-stack.ts";
import { OverlayForm } from "../../layers/form/overlay-form.ts";
import { resolveShown } from "../../layers/form/shown-path.ts";
import { ERRNO } from "../../sys/call/errno.ts";
import { Fd, tryReadAll } from "../../sys/call/fd.ts";
import { check, kernelError } from "../../sys/call/libc.ts";
import { statFd } from "../../sys/file/file.ts";
import { byteString, tryOpenFileBeneath } from "../../sys/file/tree.ts";
import { isRootless } from "../../sys/process/process.ts";

/** Bytes. Far more than any file has that lamina reads out of an image. */
const MIB = 1 << 20;
const LIMIT = 4 * MIB;

/**
 * The text of `path` as a container on `lowers`, the top first, would read it; undefined if there is no regular file. Throws code
 * "unsupported" for one that is too large.
 */
export function readLayeredFile(lowers: readonly string[], path: string): string | undefined {
  using stack = new LowerStack(lowers, new OverlayForm({ userXattr: isRootless() }));
  const found = resolveShown(stack, byteString(path));
  if (found?.node.status.kind !== "file") return undefined;
  const opened = tryOpenFileBeneath(found.node.root, found.node.path);
  using fd = new Fd(check(opened, "openat2(2)", `open ${path} of the image`));
  const read = statFd(fd.number).size > LIMIT ? -ERRNO.EFBIG : tryReadAll(fd.number, LIMIT);
  if (typeof read !== "number") return decodeText(read);
  if (read !== -ERRNO.EFBIG) throw kernelError(-read, "read(2)", `read ${path} of the image`);
  throw new RuntimeError("unsupported", `cannot read ${path} of the image: it has more than ${LIMIT / MIB} MiB`);
}
