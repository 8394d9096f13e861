/** Changes of an image's configuration by the instructions of a Dockerfile, with the meaning that they have there. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { parseSignal } from "../../base/signals.ts";
import { type JsonObject, takeObject, takeTexts } from "../format/json-shape.ts";
import { type Instruction, parseAssignments, parseInstructions, parseJsonWords, splitBlanks } from "./dockerfile-lines.ts";
import { expandWord, variablesIn } from "./dockerfile-words.ts";
import { portsIn } from "./exposed-ports.ts";
import { parseHealthcheck } from "./healthcheck.ts";
import { refusedChange } from "./refused-change.ts";

export interface Change extends Instruction {
  readonly name: keyof typeof INSTRUCTIONS;
}

interface State {
  /** An image's `config`. */
  readonly config: JsonObject;
  /** Whether one of the changes was a CMD. */
  readonly isCmdSet: boolean;
}

type Effect = (state: State, change: Instruction, expand: (word: string) => string) => State;

const INSTRUCTIONS = {
  CMD: ({ config }, change) => ({ config: { ...config, Cmd: commandOf(config, change) }, isCmdSet: true }),
  /** The image's own Cmd was meant for its own Entrypoint. */
  ENTRYPOINT: ({ config, isCmdSet }, change) => {
    const { Cmd, Entrypoint: _, ...others } = config;
    const entrypoint = commandOf(config, change);
    return {
      config: { ...others, ...(entrypoint.length > 0 && { Entrypoint: entrypoint }), ...(isCmdSet && { Cmd }) },
      isCmdSet,
    };
  },
  ENV: (state, { value, line }, expand) => {
    const assigned = parseAssignments(value, line).map(([name, text]) => [requireName(expand(name), line), expand(text)] as const);
    return changed(state, { Env: assigned.reduce(withVariable, takeTexts(state.config.Env, "config: /config/Env")) });
  },
  EXPOSE: (state, { value, line }, expand) => {
    const ports = splitBlanks(value).flatMap((word) => splitBlanks(expand(word)).flatMap((port) => portsIn(port, line)));
    return changed(state, { ExposedPorts: withKeys(state.config.ExposedPorts, ports) });
  },
  HEALTHCHECK: (state, change) => changed(state, { Healthcheck: parseHealthcheck(change) }),
  LABEL: (state, { value, line }, expand) => {
    const assigned = parseAssignments(value, line).map(([name, text]) => [requireName(expand(name), line), expand(text)] as const);
    return changed(state, {
      Labels: { ...takeObject(state.config.Labels ?? {}, "config: /config/Labels"), ...Object.fromEntries(assigned) },
    });
  },
  ONBUILD: (state, { value, line }) => {
    const [trigger = ""] = value.split(/\s/, 1);
    if (!TRIGGERS.includes(trigger.toUpperCase())) throw refusedChange(line, `behind ONBUILD are accepted ${TRIGGERS.join(", ")}`);
    return changed(state, { OnBuild: [...takeTexts(state.config.OnBuild, "config: /config/OnBuild"), value] });
  },
  STOPSIGNAL: (state, { value, line }, expand) => {
    const signal = expand(value);
    if (!isSignal(signal)) throw refusedChange(line, "the name of a signal is accepted, as in SIGTERM, or its number");
    return changed(state, { StopSignal: signal });
  },
  USER: (state, { value, line }, expand) => changed(state, { User: requireText(expand(value), line) }),
  VOLUME: (state, { value, line }, expand) => {
    const words = parseJsonWords(value, line) ?? splitBlanks(value);
    if (words[0]?.startsWith("[") === true && words[0] === splitBlanks(value)[0])
      throw refusedChange(line, 'an array is accepted as in ["/a", "/b"]');
    const volumes = words.map((word) => requireText(expand(word.trim()), line));
    if (volumes.length === 0) throw refusedChange(line, "it names no directory");
    return changed(state, { Volumes: withKeys(state.config.Volumes, volumes) });
  },
  WORKDIR: (state, { value, line }, expand) => {
    const directory = requireText(expand(value), line);
    const before = typeof state.config.WorkingDir === "string" ? state.config.WorkingDir : "/";
    return changed(state, { WorkingDir: directory.startsWith("/") ? directory : joined(before, directory) });
  },
} as const satisfies Readonly<Record<string, Effect>>;

/** What a builder may be told to do later. */
const TRIGGERS = ["ADD", "ARG", "COPY", "RUN", "SHELL", ...Object.keys(INSTRUCTIONS)].filter((name) => name !== "ONBUILD");

/** Throws code "usage". Values with variables are looked at when they are known. */
export function parseChanges(text: string): Change[] {
  const instructions = parseInstructions(text);
  if (instructions.length === 0) throw refusedChange(text, accepted());
  return instructions.map((instruction) => {
    const { name, flags, value, line } = instruction;
    if (!isInstruction(name) || value === "") throw refusedChange(line, accepted());
    if (flags.length > 0 && name !== "HEALTHCHECK") throw refusedChange(line, `${name} has no flags`);
    return { ...instruction, name };
  });
}

function accepted(): string {
  return `accepted are ${Object.keys(INSTRUCTIONS).join(", ")}, each with a value`;
}

/** An image's `config` after all of them, one after the other. Throws code "usage". */
export function applyChanges(config: JsonObject, changes: readonly Change[]): JsonObject {
  const apply = (state: State, change: Change): State => {
    const variables = variablesIn(takeTexts(state.config.Env, "config: /config/Env"));
    return INSTRUCTIONS[change.name](state, change, (word) => expanded(word, variables, change.line));
  };
  return changes.reduce(apply, { config, isCmdSet: false }).config;
}

function expanded(word: string, variables: ReadonlyMap<string, string>, line: string): string {
  try {
    return expandWord(word, variables);
  } catch (error) {
    throw refusedChange(line, error instanceof Error ? error.message : String(error));
  }
}

function isInstruction(word: string): word is Change["name"] {
  return Object.hasOwn(INSTRUCTIONS, word);
}

function changed(state: State, members: JsonObject): State {
  return { ...state, config: { ...state.config, ...members } };
}

/** A JSON array is taken word for word, anything else is for the shell. */
function commandOf(config: JsonObject, { value, line }: Instruction): readonly string[] {
  const shell = takeTexts(config.Shell, "config: /config/Shell");
  return parseJsonWords(value, line) ?? [...(shell.length > 0 ? shell : ["/bin/sh", "-c"]), value];
}

/** A variable that is set already keeps its place. */
function withVariable(env: readonly string[], [name, value]: readonly [string, string]): readonly string[] {
  const at = env.findIndex((one) => one === name || one.startsWith(`${name}=`));
  return at < 0 ? [...env, `${name}=${value}`] : env.with(at, `${name}=${value}`);
}

function withKeys(map: unknown, keys: readonly string[]): JsonObject {
  return { ...takeObject(map ?? {}, "config"), ...Object.fromEntries(keys.map((key) => [key, {}])) };
}

/** By name, or by a number that is not 0: that one asks only whether a process is there. */
function isSignal(text: string): boolean {
  try {
    return parseSignal(text) > 0;
  } catch (error) {
    if (error instanceof RuntimeError) return false;
    throw error;
  }
}

/** Without "." and "..", which a working directory that was there before may have. */
function joined(before: string, directory: string): string {
  const parts: string[] = [];
  for (const part of `${before}/${directory}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

function requireName(name: string, line: string): string {
  if (name !== "") return name;
  throw refusedChange(line, "a name is empty");
}

function requireText(text: string, line: string): string {
  if (text !== "") return text;
  throw refusedChange(line, "its value is empty");
}
