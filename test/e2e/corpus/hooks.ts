/** Hooks: where they run, in which order, what they get, and what their failure does. */
import type { JsonObject } from "../../support/json.ts";
import type { Case } from "./case.ts";

const POINTS = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"] as const;
const LOG = "@HOST@/hooks.log";

const hook = (label: string): JsonObject => ({ path: "@PROBE@", args: ["probe", "hook", LOG, label] });
const fail = (label: string): JsonObject => ({ path: "@PROBE@", args: ["probe", "hook", LOG, label, "exit", "9"] });
/** startContainer hooks are resolved inside, where the host directory is mounted at its own path. */
const HOST_INSIDE = { destination: "@HOST@", type: "bind", source: "@HOST@", options: ["bind"] };

const ANNOTATIONS = { "org.example.key": "value" };

/** The line for a hook, as support/shown.ts words it. */
const told = (label: string, cwd: string, of: string, status: string, annotations?: typeof ANNOTATIONS): string => {
  const pid = status === "stopped" ? "none" : "some";
  return `hook ${label} in ${cwd} root / of ${of}: ${JSON.stringify({ id: "@ID@", status, pid, bundle: "@BUNDLE@", annotations })}`;
};

const AFTER_CREATING = "creating is step 2 of the life cycle, and these hooks are steps 3 to 5; runc says creating nevertheless";

/** Common to all bundles in which one kind of hook of create fails; `after` is where poststop hooks run. */
const failing = (point: string, cwd: string, after: string): Pick<Case, "config" | "mounts" | "args" | "reads" | "follow"> => ({
  follow: {
    as: "specification",
    because: `${AFTER_CREATING}. The exit status is runc's, and poststop hooks run after a failed create too, which crun 1.8 forgets`,
    shows: {
      exitCode: 1,
      lines: [
        told("before", cwd, "host, namespace 0", "created"),
        told("fails", cwd, "host, namespace 0", "created"),
        told("poststop", "@BUNDLE@", after, "stopped"),
      ],
    },
  },
  config: { hooks: { [point]: [hook("before"), fail("fails"), hook("never")], poststop: [hook("poststop")] } },
  mounts: [HOST_INSIDE],
  args: ["/probe", "say", "never"],
  reads: ["hooks.log"],
});

export const HOOKS: readonly Case[] = [
  {
    title: "[C9] [C65] [C66] all six kinds run in the order of the life cycle, with the state on standard input",
    config: {
      hooks: Object.fromEntries(POINTS.map((point) => [point, [{ ...hook(point), env: ["A=b"], timeout: 60 }]])),
      annotations: ANNOTATIONS,
    },
    mounts: [HOST_INSIDE],
    rootfs: { "inside-marker": "" },
    args: ["/probe", "append", "@HOST@/program", "ran"],
    reads: ["hooks.log", "program"],
    follow: {
      as: "specification",
      because:
        "poststart belongs after the program's start (runc 1.1 runs it at create), and hooks of create come after the step that is creating",
      shows: {
        exitCode: 0,
        lines: [
          "append @HOST@/program ok",
          told("prestart", "@BUNDLE@", "host, namespace 0", "created", ANNOTATIONS),
          told("createRuntime", "@BUNDLE@", "host, namespace 0", "created", ANNOTATIONS),
          told("createContainer", "@BUNDLE@/rootfs", "host, namespace 1", "created", ANNOTATIONS),
          told("startContainer", "/", "rootfs, namespace 1", "created", ANNOTATIONS),
          told("poststart", "@BUNDLE@", "host, namespace 0", "running", ANNOTATIONS),
          told("poststop", "@BUNDLE@", "host, namespace 0", "stopped", ANNOTATIONS),
          "program: ran",
        ],
      },
    },
  },
  {
    title: "[C65] hooks of one kind run in listed order",
    follow: {
      as: "specification",
      because: AFTER_CREATING,
      shows: {
        exitCode: 0,
        lines: [
          "program",
          ...["first", "second", "third"].map((label) => told(label, "@BUNDLE@", "host, namespace 0", "created")),
          ...["fourth", "fifth"].map((label) => told(label, "@BUNDLE@", "host, namespace 0", "stopped")),
        ],
      },
    },
    config: { hooks: { prestart: [hook("first"), hook("second"), hook("third")], poststop: [hook("fourth"), hook("fifth")] } },
    args: ["/probe", "say", "program"],
    reads: ["hooks.log"],
  },
  {
    title: "a hook has the environment of its entry and nothing else",
    config: {
      hooks: {
        prestart: [{ path: "/bin/sh", args: ["sh", "-c", "/usr/bin/env | sort > @HOST@/env"], env: ["ONLY=this", "PATH=/usr/bin:/bin"] }],
      },
    },
    args: ["/probe", "say", "program"],
    reads: ["env"],
  },
  {
    title: "a hook without args has its path as the only one",
    config: { hooks: { prestart: [{ path: "@HOST@/script" }] } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
    host: { script: { text: '#!/bin/sh\necho "$# ${0##*/}" > "${0%/*}/called"\n', mode: 0o755 } },
    args: ["/probe", "say", "program"],
    reads: ["called"],
  },
  {
    title: "[C10] a prestart hook that fails makes create fail before the program runs",
    ...failing("prestart", "@BUNDLE@", "host, namespace 0"),
  },
  {
    title: "[C10] a createRuntime hook that fails makes create fail before the program runs",
    ...failing("createRuntime", "@BUNDLE@", "host, namespace 0"),
  },
  {
    title: "[C10] a createContainer hook that fails makes create fail before the program runs",
    ...failing("createContainer", "@BUNDLE@/rootfs", "host, namespace 1"),
  },
  {
    title: "[C11] a startContainer hook that fails keeps the program from running",
    follow: {
      as: "runc",
      because: "the container is created until the program runs, and its bundle is still the host's; crun invents a status",
      differs: [
        '- hook fails in / root / of host, namespace 0: {"id":"@ID@","status":"created","pid":"some","bundle":"@BUNDLE@"}',
        '+ hook fails in / root / of host, namespace 0: {"id":"@ID@","status":"starting","pid":"none","bundle":"/"}',
      ],
    },
    config: { hooks: { startContainer: [fail("fails")], poststop: [hook("poststop")] } },
    mounts: [HOST_INSIDE],
    args: ["/probe", "say", "never"],
    reads: ["hooks.log"],
  },
  {
    title: "[C15] a poststop hook that fails is only a warning, and the remaining hooks run",
    follow: {
      as: "crun",
      because: "the specification says that the remaining hooks run; runc 1.1 stops at the first failure",
      differs: ['- hook after in @BUNDLE@ root / of host, namespace 0: {"id":"@ID@","status":"stopped","pid":"none","bundle":"@BUNDLE@"}'],
    },
    config: { hooks: { poststop: [fail("fails"), hook("after")] } },
    args: ["/probe", "say", "program"],
    reads: ["hooks.log"],
  },
  {
    title: "[C64] a hook that outlives its timeout is killed, and create fails",
    follow: {
      as: "runc",
      because: "poststop hooks run after a failed create too; crun 1.8 forgets them",
      differs: [
        '- hook poststop in @BUNDLE@ root / of host, namespace 0: {"id":"@ID@","status":"stopped","pid":"none","bundle":"@BUNDLE@"}',
      ],
    },
    config: { hooks: { prestart: [{ path: "@PROBE@", args: ["probe", "forever"], timeout: 1 }], poststop: [hook("poststop")] } },
    args: ["/probe", "say", "never"],
    reads: ["hooks.log"],
  },
  {
    title: "a hook that does not exist makes create fail",
    follow: {
      as: "runc",
      because: "exit statuses are runc's, and crun's is 1 if the hook is gone before it is told the state, as 4 in 100 are",
      differs: ["- exit status 1", "+ exit status 255"],
      wavers: true,
    },
    config: { hooks: { prestart: [{ path: "/no/such/hook" }] } },
    args: ["/probe", "say", "never"],
  },
];
