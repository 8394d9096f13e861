/** The folders of src/ and their rooms, each with those below it. architecture.test.ts holds src/ to it. */

/** What each folder of src/ may import. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  base: ["engine"],
  spec: ["base"],
  sys: ["base", "engine"],
  tar: ["base"],
  plan: ["base", "spec"],
  state: ["base", "spec", "sys"],
  layers: ["base", "sys", "tar"],
  image: ["base", "spec", "sys", "layers", "tar"],
  host: ["base", "spec", "sys", "plan", "state"],
  commands: ["base", "spec", "plan", "state", "layers", "image", "host"],
  main: ["base", "commands", "engine", "host"],
};

/**
 * Large folders have rooms, the lowest first: what each may import of its own folder. A room is a folder, or a file beside them. The
 * files in no room are what the rest of src/ asks the folder for: they may import every room, and no room imports them.
 */
export const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  sys: {
    call: [],
    file: ["call"],
    process: ["call", "file"],
    kernel: ["call", "file"],
    library: ["call", "file", "process"],
  },
  layers: {
    form: [],
    archive: [],
    write: ["form", "archive"],
    store: ["form", "archive", "write"],
    diff: ["form", "archive"],
    copy: ["form", "write"],
  },
  image: {
    stream: [],
    format: [],
    store: ["stream", "format"],
    add: ["stream", "format", "store"],
    source: ["stream", "format", "store", "add"],
    change: ["stream", "format", "store", "add"],
    export: ["stream", "format", "store"],
    bundle: ["format", "store"],
  },
  plan: {
    facts: [],
    steps: [],
    process: ["facts", "steps"],
    systemd: ["steps"],
    filter: ["facts", "steps", "process"],
    namespaces: ["facts", "steps", "process", "filter"],
    mounts: ["facts", "steps", "process", "namespaces"],
    root: ["facts", "steps", "process", "namespaces", "mounts"],
    cgroup: ["facts", "steps", "systemd", "namespaces", "mounts"],
    criu: ["steps", "namespaces"],
  },
  host: {
    timeline: [],
    context: ["timeline"],
    caller: [],
    systemd: [],
    facts: ["context", "systemd"],
    bundle: ["context", "caller", "facts"],
    layers: ["context", "facts", "bundle"],
    cgroup: ["context", "systemd", "facts"],
    init: ["timeline", "context", "caller", "systemd", "layers", "cgroup"],
    container: ["context", "systemd", "facts", "cgroup", "init"],
    stats: ["context", "cgroup", "container"],
    check: ["context", "facts", "bundle"],
    criu: ["caller", "facts"],
  },
  commands: {
    text: [],
    line: ["text"],
    image: ["text", "line"],
    volume: ["text", "line"],
    layers: ["text", "line", "image"],
    bundle: ["text", "line", "layers"],
    container: ["text", "line", "layers", "bundle"],
  },
};
