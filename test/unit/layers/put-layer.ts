/** Puts an archive into a store in a separate process, for tests that kill it: `put-layer.ts STORE ARCHIVE`. Prints the chain id. */
import { parseDigest } from "../../../src/base/digest.ts";
import { readChunks } from "../../../src/image/stream/file-chunks.ts";
import { uncompressed } from "../../../src/layers/archive/compression.ts";
import { diskLayerStore } from "../../../src/layers/store/disk-store.ts";

const [, , root = "", archive = "", diffId] = process.argv;
const request = diffId === undefined ? {} : { diffId: parseDigest(diffId, "the argument") };
process.stdout.write("begin\n");
const { record } = await diskLayerStore(root).put(request, uncompressed(readChunks(archive)));
process.stdout.write(`${record.chainId}\n`);
