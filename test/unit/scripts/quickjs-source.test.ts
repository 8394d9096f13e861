/** Which sources of QuickJS-ng are accepted. */
import { describe, expect, test } from "bun:test";
import { describeDifference, requireVersion } from "../../../scripts/quickjs-source.ts";

const header = (major: number, minor: number, patch: number): string =>
  `#define QJS_VERSION_MAJOR ${major}\n#define QJS_VERSION_MINOR ${minor}\n#define QJS_VERSION_PATCH ${patch}\n`;

describe("the sources of QuickJS-ng", () => {
  test.each([
    [0, 17, 0],
    [0, 18, 2],
    [1, 0, 0],
  ])("may be of version %d.%d.%d", (major, minor, patch) => {
    expect(requireVersion("/src", header(major, minor, patch))).toBe(`${major}.${minor}.${patch}`);
  });

  test.each([
    ["older", header(0, 16, 9), "QuickJS-ng 0.16.9 in /src is older than 0.17"],
    ["something else", "#define VERSION 1\n", "/src does not contain the sources of QuickJS-ng"],
    ["missing", "", "/src does not contain the sources of QuickJS-ng"],
  ])("are refused when they are %s", (_, text, reason) => {
    expect(() => requireVersion("/src", text)).toThrow(`cannot build lamina: ${reason}`);
  });

  test("are named when they are not the tested ones", () => {
    expect(describeDifference("/src", "0.18.0", "abc")).toStartWith(
      "note: /src has QuickJS-ng 0.18.0; lamina was tested with 0.17.0 (SHA-256 ",
    );
    expect(describeDifference("/src", "0.17.0", "abc")).toContain("0.17.0 with other content (SHA-256 abc)");
  });
});
