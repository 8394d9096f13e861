/** Instructions that change an image's configuration. */
import { expect, test } from "bun:test";
import { RuntimeError } from "../../../src/base/errors.ts";
import { changeExecution, parseChange } from "../../../src/image/image-change.ts";

const BEFORE = { Env: ["A=1", "B=2"], Labels: { old: "x" }, ExposedPorts: { "80/tcp": {} }, Unknown: 1 };

test.each([
  ['CMD ["sh", "-l"]', { Cmd: ["sh", "-l"] }],
  ["cmd echo hi", { Cmd: ["/bin/sh", "-c", "echo hi"] }],
  ["ENTRYPOINT []", { Entrypoint: [] }],
  ["ENV A=b=c", { Env: ["B=2", "A=b=c"] }],
  ['ENV NEW="two words"', { Env: ["A=1", "B=2", "NEW=two words"] }],
  ["EXPOSE 53/udp", { ExposedPorts: { "80/tcp": {}, "53/udp": {} } }],
  ["EXPOSE 443", { ExposedPorts: { "80/tcp": {}, "443/tcp": {} } }],
  ["LABEL new=y", { Labels: { old: "x", new: "y" } }],
  ["STOPSIGNAL SIGINT", { StopSignal: "SIGINT" }],
  ["USER www:www", { User: "www:www" }],
  ["VOLUME /data", { Volumes: { "/data": {} } }],
  ["  WORKDIR   /srv  ", { WorkingDir: "/srv" }],
])("%p changes what it names and nothing else", (text, changed) => {
  expect(changeExecution(BEFORE, parseChange(text))).toEqual({ ...BEFORE, ...changed });
});

test.each(["", "CMD", "RUN ls", "constructor x", "ENV A", "LABEL =x", 'CMD ["sh"', "CMD [1]"])("%p is refused", (text) => {
  const refused = (): unknown => parseChange(text);
  expect(refused).toThrow(RuntimeError);
  expect(refused).toThrow(/^cannot change an image by .*: it is no instruction$/);
});
