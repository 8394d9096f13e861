/** argv → options. Pure. */
import { parseArgs } from "node:util";
import { BenchError } from "./bench-error.ts";
import {
  DEFAULT_MEASUREMENTS,
  ENGINE_MEASUREMENTS,
  IMAGE_MEASUREMENTS,
  MEASUREMENT_NAMES,
  type MeasurementName,
} from "./measurement-names.ts";

export interface Options {
  readonly rounds: number;
  readonly only: readonly MeasurementName[];
  readonly json: string | undefined;
  readonly update: string | undefined;
  readonly markdown: boolean;
  readonly lamina: string;
  /** A tar of a root filesystem for the image measurements; absent = one made by mmdebstrap. */
  readonly rootfs: string | undefined;
  readonly help: boolean;
}

const DEFAULT_ROUNDS = 100;
const QUICK_ROUNDS = 10;
const MAX_ROUNDS = 10_000;

export const USAGE = `usage: npm run bench -- [OPTION...]

Measures lamina and its peers side by side, in interleaved rounds: crun and runc, and for images umoci and podman. Must run as root.

  --rounds N           rounds of the timed commands (default ${DEFAULT_ROUNDS}); the slow measurements take a fixed share of it
  --quick              ${QUICK_ROUNDS} rounds: enough to see that everything works, not to compare
  --only NAME[,NAME]   some of: ${MEASUREMENT_NAMES.join(", ")} (default: all but ${ENGINE_MEASUREMENTS.join(", ")})
  --lamina PATH        the executable to measure (default dist/lamina)
  --rootfs FILE.tar    the root filesystem that ${IMAGE_MEASUREMENTS.slice(1).join(" and ")} take (default: Debian's, made by mmdebstrap and kept
                       in ~/.cache/lamina-bench)
  --json FILE          also writes every sample to FILE
  --update FILE        also replaces FILE's sections between the comments bench:begin and bench:end, and those of bench:images and bench:docker
  --markdown           prints the result only, no progress
  --help               prints this
`;

/** Accepts `--name value` and `--name=value`. */
export function parseOptions(argv: readonly string[]): Options {
  const values = parseValues(argv);
  return {
    rounds: values.rounds === undefined ? (values.quick ? QUICK_ROUNDS : DEFAULT_ROUNDS) : parseRounds(values.rounds),
    only: values.only === undefined ? DEFAULT_MEASUREMENTS : parseNames(values.only),
    json: values.json,
    update: values.update,
    markdown: values.markdown,
    lamina: values.lamina,
    rootfs: values.rootfs,
    help: values.help,
  };
}

function parseValues(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        rounds: { type: "string" },
        only: { type: "string" },
        json: { type: "string" },
        update: { type: "string" },
        rootfs: { type: "string" },
        lamina: { type: "string", default: "dist/lamina" },
        markdown: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new BenchError(`cannot read the arguments: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseRounds(text: string): number {
  const rounds = /^[0-9]+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= MAX_ROUNDS) return rounds;
  throw new BenchError(`cannot use --rounds ${JSON.stringify(text)}: expected a whole number from 1 to ${MAX_ROUNDS}`);
}

function parseNames(text: string): MeasurementName[] {
  const wanted = text.split(",");
  for (const name of wanted) {
    if (!MEASUREMENT_NAMES.some((known) => known === name))
      throw new BenchError(`cannot measure ${JSON.stringify(name)}: expected some of ${MEASUREMENT_NAMES.join(", ")}`);
  }
  return MEASUREMENT_NAMES.filter((name) => wanted.includes(name));
}
