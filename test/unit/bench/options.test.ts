/** The bench's arguments. */
import { expect, test } from "bun:test";
import { DEFAULT_MEASUREMENTS } from "../../../bench/measurement-names.ts";
import { type Options, parseOptions } from "../../../bench/options.ts";

const DEFAULTS = {
  rounds: 100,
  only: DEFAULT_MEASUREMENTS,
  json: undefined,
  update: undefined,
  markdown: false,
  lamina: "dist/lamina",
  rootfs: undefined,
  help: false,
};

test.each<[string, string[], Partial<Options>]>([
  ["nothing", [], {}],
  ["a number of rounds", ["--rounds", "7"], { rounds: 7 }],
  ["a value after an equals sign", ["--rounds=7"], { rounds: 7 }],
  ["--quick", ["--quick"], { rounds: 10 }],
  ["--quick with a number of rounds, which wins", ["--quick", "--rounds", "3"], { rounds: 3 }],
  ["names, in the order of measurement whatever the order given", ["--only", "run,version"], { only: ["version", "run"] }],
  ["what is measured only on demand", ["--only", "docker"], { only: ["docker"] }],
  ["files", ["--json", "a", "--update", "b", "--markdown"], { json: "a", update: "b", markdown: true }],
  ["another executable", ["--lamina", "/usr/bin/crun"], { lamina: "/usr/bin/crun" }],
  ["a root filesystem", ["--rootfs", "root.tar"], { rootfs: "root.tar" }],
  ["--help", ["--help"], { help: true }],
])("the arguments may be %s", (_, argv, expected) => {
  expect(parseOptions(argv)).toEqual({ ...DEFAULTS, ...expected });
});

test.each([
  [["--rounds", "0"], 'cannot use --rounds "0": expected a whole number from 1 to 10000'],
  [["--rounds", "1e3"], 'cannot use --rounds "1e3"'],
  [["--rounds", "10001"], 'cannot use --rounds "10001"'],
  [["--only", "run,frob"], 'cannot measure "frob": expected some of version, state, run'],
  [["--only", ""], 'cannot measure ""'],
  [["--frob"], "cannot read the arguments: "],
  [["run"], "cannot read the arguments: "],
])("the arguments %p are refused with the reason", (argv, message) => {
  expect(() => parseOptions(argv)).toThrow(message);
});
