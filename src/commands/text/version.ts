/** Which lamina this is, in the lines of `runc --version`: dockerd reads the name, "commit:" and "spec:" out of them. */
import { version } from "../../../package.json";

/** Put in by the build, which knows it; absent when lamina runs from its source. */
declare const LAMINA_COMMIT: string;

export const COMMIT = typeof LAMINA_COMMIT === "string" ? LAMINA_COMMIT : "unknown";

/** The version of the runtime specification that lamina is written to. */
export const SPEC_VERSION = "1.3.0";

export { version as VERSION };

export function describeVersion(engine: string): string {
  return [`lamina version ${version}`, `commit: ${COMMIT}`, `spec: ${SPEC_VERSION}`, `engine: ${engine}`, ""].join("\n");
}
