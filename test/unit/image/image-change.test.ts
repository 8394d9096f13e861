/** Instructions that change an image's configuration: they mean the same as in a Dockerfile, or are refused. */
import { describe, expect, test } from "bun:test";
import { RuntimeError } from "../../../src/base/errors.ts";
import { applyChanges, parseChanges } from "../../../src/image/change/image-change.ts";
import type { JsonObject } from "../../../src/image/format/json-shape.ts";

const BEFORE = {
  Cmd: ["old"],
  Env: ["A=1", "B=2", "EMPTY="],
  Labels: { old: "x" },
  ExposedPorts: { "80/tcp": {} },
  WorkingDir: "/srv/app",
  Unknown: 1,
};

/** "@{" stands for the start of a variable, which would look like one of this language. */
const after = (texts: readonly string[], config: JsonObject = BEFORE): JsonObject =>
  applyChanges(config, texts.map((text) => text.replaceAll("@{", "${")).flatMap(parseChanges));

/** The members that changed. */
function changesOf(...texts: readonly string[]): JsonObject {
  const changed = after(texts);
  const keys = new Set([...Object.keys(BEFORE), ...Object.keys(changed)]);
  const before: JsonObject = BEFORE;
  return Object.fromEntries(
    [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(changed[key])).map((key) => [key, changed[key]]),
  );
}

describe("each changes what it names and nothing else:", () => {
  test.each<[string, JsonObject]>([
    ['CMD ["sh", "-l"]', { Cmd: ["sh", "-l"] }],
    ["cmd echo  hi ", { Cmd: ["/bin/sh", "-c", "echo  hi"] }],
    ['CMD  [ "a" ]', { Cmd: ["a"] }],
    ["CMD []", { Cmd: [] }],
    ["CMD [ -f /x ] && run", { Cmd: ["/bin/sh", "-c", "[ -f /x ] && run"] }],
    ['CMD echo $A "it\'s"', { Cmd: ["/bin/sh", "-c", 'echo $A "it\'s"'] }],
    ['ENTRYPOINT ["/init"]', { Cmd: undefined, Entrypoint: ["/init"] }],
    ["ENTRYPOINT exec top", { Cmd: undefined, Entrypoint: ["/bin/sh", "-c", "exec top"] }],
    ["ENTRYPOINT []", { Cmd: undefined }],
    ["ENV A=b=c", { Env: ["A=b=c", "B=2", "EMPTY="] }],
    ['ENV NEW="two words"', { Env: [...BEFORE.Env, "NEW=two words"] }],
    ['ENV X=b Y="d e" Z=f\\ g', { Env: [...BEFORE.Env, "X=b", "Y=d e", "Z=f g"] }],
    ["ENV X='$A' Y=$A Z=\"@{B}x\"", { Env: [...BEFORE.Env, "X=$A", "Y=1", "Z=2x"] }],
    ["ENV A=new X=$A", { Env: ["A=new", "B=2", "EMPTY=", "X=1"] }],
    ['ENV X=\\$A Y="\\$A\\q" Z=', { Env: [...BEFORE.Env, "X=$A", "Y=$A\\q", "Z="] }],
    ["ENV X the  rest = all", { Env: [...BEFORE.Env, "X=the  rest = all"] }],
    ["ENV X @{A:-no} @{NONE:-yes} @{NONE-$B}", { Env: [...BEFORE.Env, "X=1 yes 2"] }],
    ["ENV X=@{EMPTY:-colon}@{EMPTY-plain}@{A:+set}@{NONE+unset}", { Env: [...BEFORE.Env, "X=colonset"] }],
    ["ENV X=$NONE$$1$@.", { Env: [...BEFORE.Env, "X=1."] }],
    ["EXPOSE 53/udp", { ExposedPorts: { "80/tcp": {}, "53/udp": {} } }],
    ["EXPOSE 443", { ExposedPorts: { "80/tcp": {}, "443/tcp": {} } }],
    ["EXPOSE 80/udp 90  91/SCTP", { ExposedPorts: { "80/tcp": {}, "80/udp": {}, "90/tcp": {}, "91/sctp": {} } }],
    ["EXPOSE 8000-8002/udp", { ExposedPorts: { "80/tcp": {}, "8000/udp": {}, "8001/udp": {}, "8002/udp": {} } }],
    ["EXPOSE @{A}2$B", { ExposedPorts: { "80/tcp": {}, "122/tcp": {} } }],
    ["EXPOSE 127.0.0.1:8080:81 [::1]:9:82 7:83", { ExposedPorts: { "80/tcp": {}, "81/tcp": {}, "82/tcp": {}, "83/tcp": {} } }],
    ["LABEL new=y", { Labels: { old: "x", new: "y" } }],
    ['LABEL a="b c" d=e "f g"=\'h "i"\'', { Labels: { old: "x", a: "b c", d: "e", "f g": 'h "i"' } }],
    ["LABEL old plain text", { Labels: { old: "plain text" } }],
    ["LABEL __proto__=x", { Labels: { old: "x", ["__proto__"]: "x" } }],
    ["STOPSIGNAL SIGINT", { StopSignal: "SIGINT" }],
    ["STOPSIGNAL rtmin+3", { StopSignal: "rtmin+3" }],
    ["STOPSIGNAL 9", { StopSignal: "9" }],
    ["USER www:www", { User: "www:www" }],
    ["USER @{A}000", { User: "1000" }],
    ["VOLUME /data", { Volumes: { "/data": {} } }],
    ["VOLUME /a /b", { Volumes: { "/a": {}, "/b": {} } }],
    ['VOLUME ["/a","/b c", "/$A"]', { Volumes: { "/a": {}, "/b c": {}, "/1": {} } }],
    ["  WORKDIR   /srv  ", { WorkingDir: "/srv" }],
    ["WORKDIR rel", { WorkingDir: "/srv/app/rel" }],
    ["WORKDIR ../$A/./x", { WorkingDir: "/srv/1/x" }],
    ['WORKDIR "/a b"', { WorkingDir: "/a b" }],
    ["HEALTHCHECK NONE", { Healthcheck: { Test: ["NONE"] } }],
    ["HEALTHCHECK CMD curl -f $X || exit 1", { Healthcheck: { Test: ["CMD-SHELL", "curl -f $X || exit 1"] } }],
    [
      'HEALTHCHECK --interval=1m30s --timeout=1.5s --start-period=0 --start-interval=300ms --retries=3 CMD ["/check", "a"]',
      { Healthcheck: { Test: ["CMD", "/check", "a"], Interval: 90e9, Timeout: 1.5e9, StartInterval: 0.3e9, Retries: 3 } },
    ],
    ["ONBUILD RUN make  all", { OnBuild: ["RUN make  all"] }],
    ['onbuild cmd ["x"]', { OnBuild: ['cmd ["x"]'] }],
    ["ENV X=a\\\n  Y=b", { Env: [...BEFORE.Env, "X=a", "Y=b"] }],
    ["ENV X=a \\\n# a comment\n\n Y=b \\\n", { Env: [...BEFORE.Env, "X=a", "Y=b"] }],
    ["CMD a \\\n  b", { Cmd: ["/bin/sh", "-c", "a   b"] }],
    ["# only now\nUSER one\nUSER two\r\n", { User: "two" }],
  ])("%p", (text, changed) => {
    expect(changesOf(text)).toEqual(changed);
  });
});

describe("one after the other", () => {
  test("later ones see the variables of earlier ones", () => {
    expect(changesOf("ENV D=/data", "WORKDIR $D", "WORKDIR in", 'VOLUME ["$D/v"]')).toEqual({
      Env: [...BEFORE.Env, "D=/data"],
      WorkingDir: "/data/in",
      Volumes: { "/data/v": {} },
    });
  });

  test("an entry point removes the image's command, but not one that came with it", () => {
    expect(changesOf('ENTRYPOINT ["e"]', 'CMD ["c"]')).toEqual({ Entrypoint: ["e"], Cmd: ["c"] });
    expect(changesOf('CMD ["c"]', 'ENTRYPOINT ["e"]')).toEqual({ Entrypoint: ["e"], Cmd: ["c"] });
  });

  test("the image's own shell runs the shell form", () => {
    const shell = ["/bin/bash", "-o", "pipefail", "-c"];
    expect(after(["CMD a | b"], { Shell: shell })).toEqual({ Shell: shell, Cmd: [...shell, "a | b"] });
  });

  test("an image without configuration gets one", () => {
    expect(after(["ENV A=1", "LABEL a=b", "EXPOSE 1", "VOLUME /v", "WORKDIR w", "ONBUILD RUN x"], {})).toEqual({
      Env: ["A=1"],
      Labels: { a: "b" },
      ExposedPorts: { "1/tcp": {} },
      Volumes: { "/v": {} },
      WorkingDir: "/w",
      OnBuild: ["RUN x"],
    });
  });
});

test.each([
  "",
  "# nothing",
  "CMD",
  "RUN ls",
  "FROM x",
  'SHELL ["a"]',
  "constructor x",
  "# escape=`\nUSER x",
  "ENV A",
  "ENV A=1 B",
  "ENV =x",
  "ENV A='open",
  'ENV A="open',
  "ENV A=@{B",
  "ENV A=@{}",
  "ENV A=@{:-x}",
  "ENV A=@{NONE:?must be there}",
  "ENV A=@{B#x}",
  "ENV A=@{B/x/y}",
  "ENV $NONE=x",
  "LABEL =x",
  "LABEL a=b c",
  'CMD ["sh"',
  'CMD ["sh", 1]',
  "CMD [1]",
  "CMD --flag x",
  "VOLUME []",
  "VOLUME [/a]",
  'VOLUME ["/a", ""]',
  "VOLUME $NONE",
  "EXPOSE http",
  "EXPOSE 65536",
  "EXPOSE 9-8",
  "EXPOSE 80/icmp",
  "EXPOSE foo:80",
  "EXPOSE 1-2:80-90",
  "STOPSIGNAL SIGNOTHING",
  "STOPSIGNAL 0",
  "USER $NONE",
  'WORKDIR ""',
  "HEALTHCHECK",
  "HEALTHCHECK CMD",
  "HEALTHCHECK CMD []",
  "HEALTHCHECK NONE now",
  "HEALTHCHECK curl x",
  "HEALTHCHECK --interval=5 CMD x",
  "HEALTHCHECK --interval=1us CMD x",
  "HEALTHCHECK --retries=-1 CMD x",
  "HEALTHCHECK --retries=1 --retries=2 CMD x",
  "HEALTHCHECK --unknown=1 CMD x",
  "ONBUILD",
  "ONBUILD ONBUILD RUN x",
  "ONBUILD FROM x",
  "ONBUILD nonsense",
])("%p is refused", (text) => {
  const refused = (): unknown => after([text]);
  expect(refused).toThrow(RuntimeError);
  expect(refused).toThrow(/^cannot change an image by .*: it is no instruction$/s);
});
