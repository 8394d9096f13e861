/** Names of images outside the store, as skopeo and podman write them. */
import { expect, test } from "bun:test";
import { RuntimeError } from "../../../src/base/errors.ts";
import { parseImagePlace } from "../../../src/image/format/transport.ts";

const parse = (text: string): unknown => parseImagePlace(text, { verb: "export", instead: (place) => `skopeo copy x ${place}` });

test.each([
  ["oci:/srv/layout", "oci", "/srv/layout", undefined],
  ["oci:layout:web:1", "oci", "layout", "web:1"],
  ["oci:layout:", "oci", "layout", undefined],
  ["oci-archive:a.tar:reg.example.org:5000/web:1", "oci-archive", "a.tar", "reg.example.org:5000/web:1"],
  ["docker-archive:a.tar", "docker-archive", "a.tar", undefined],
  ["docker-archive:-:web", "docker-archive", "-", "web"],
  ["/srv/layout", undefined, "/srv/layout", undefined],
  ["./oci:layout", undefined, "./oci:layout", undefined],
  ["a:b", undefined, "a:b", undefined],
  ["-", undefined, "-", undefined],
])("%p is %p at %p", (text, transport, path, name) => {
  expect(parse(text)).toEqual({ transport, path, name });
});

test.each([
  ["docker://alpine:3", "docker: is reached by skopeo", "use skopeo copy x docker://alpine:3"],
  ["dir:/srv/x", "dir: is reached by skopeo", "use skopeo copy x dir:/srv/x"],
  ["docker-daemon:web:1", "docker-daemon: is reached by skopeo", "use skopeo copy x docker-daemon:web:1"],
  ["containers-storage:web", "containers-storage: is reached by skopeo", "use skopeo copy x containers-storage:web"],
  ["ociarchive:/srv/x.tar", "there is no transport ociarchive:", "./ociarchive:/srv/x.tar is a path"],
  ["https://example.org/x", "there is no transport https:", "./https://example.org/x is a path"],
  ["oci:", "there is no path behind oci:", undefined],
  ["oci::web", "there is no path behind oci:", undefined],
])("%p is refused: %s", (text, reason, hint) => {
  try {
    parse(text);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    expect([error.code, error.message, error.detail.hint]).toEqual(["usage", expect.stringContaining(reason), hint]);
  }
});
