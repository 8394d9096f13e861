/** Changes of an image's configuration in the words of a Dockerfile: `CMD ["sh"]`, `ENV A=b`. Pure. */
import { RuntimeError } from "../base/errors.ts";
import { type JsonObject, takeTexts } from "./json-shape.ts";

/** One instruction and what follows it. */
export interface Change {
  readonly instruction: keyof typeof INSTRUCTIONS;
  readonly value: string;
}

type Instruction = (config: JsonObject, value: string) => JsonObject;

const INSTRUCTIONS = {
  CMD: (config, value) => ({ ...config, Cmd: words(value) }),
  ENTRYPOINT: (config, value) => ({ ...config, Entrypoint: words(value) }),
  ENV: (config, value) => {
    const [name, text] = assignment(value, "ENV");
    const others = takeTexts(config.Env, "config: /config/Env").filter((one) => !one.startsWith(`${name}=`));
    return { ...config, Env: [...others, `${name}=${text}`] };
  },
  EXPOSE: (config, value) => ({ ...config, ExposedPorts: withKey(config.ExposedPorts, value.includes("/") ? value : `${value}/tcp`) }),
  LABEL: (config, value) => {
    const [name, text] = assignment(value, "LABEL");
    return { ...config, Labels: withKey(config.Labels, name, text) };
  },
  STOPSIGNAL: (config, value) => ({ ...config, StopSignal: value }),
  USER: (config, value) => ({ ...config, User: value }),
  VOLUME: (config, value) => ({ ...config, Volumes: withKey(config.Volumes, value) }),
  WORKDIR: (config, value) => ({ ...config, WorkingDir: value }),
} as const satisfies Readonly<Record<string, Instruction>>;

/** Throws code "usage". */
export function parseChange(text: string): Change {
  const [, word = "", value = ""] = /^\s*([A-Za-z]+)\s+(.*?)\s*$/s.exec(text) ?? [];
  const instruction = word.toUpperCase();
  if (isInstruction(instruction) && value !== "") {
    INSTRUCTIONS[instruction]({}, value); // says now what it would say later
    return { instruction, value };
  }
  throw refused(text, `accepted are ${Object.keys(INSTRUCTIONS).join(", ")}, each with a value`);
}

export function changeExecution(config: JsonObject, { instruction, value }: Change): JsonObject {
  return INSTRUCTIONS[instruction](config, value);
}

function isInstruction(word: string): word is Change["instruction"] {
  return Object.hasOwn(INSTRUCTIONS, word);
}

/** A JSON array is taken word for word, anything else is for the shell. */
function words(value: string): readonly string[] {
  if (!value.startsWith("[")) return ["/bin/sh", "-c", value];
  try {
    return takeTexts(JSON.parse(value), "words");
  } catch {
    throw refused(value, 'accepted are a JSON array of strings, or a line for the shell, as in ["/bin/sh", "-l"]');
  }
}

function assignment(value: string, instruction: string): [string, string] {
  const equals = value.indexOf("=");
  if (equals <= 0) throw refused(`${instruction} ${value}`, `as in ${instruction} NAME=value`);
  return [value.slice(0, equals), value.slice(equals + 1).replace(/^"(.*)"$/s, "$1")];
}

function withKey(map: unknown, key: string, value: unknown = {}): JsonObject {
  return { ...(typeof map === "object" && map !== null ? map : {}), [key]: value };
}

function refused(text: string, hint: string): RuntimeError {
  return new RuntimeError("usage", `cannot change an image by ${JSON.stringify(text)}: it is no instruction`, { hint });
}
