/** config.json `linux.seccomp` → the program that the kernel runs for each system call, as runc has libseccomp make it. */
import { RuntimeError } from "../../base/errors.ts";
import { FILTER_ACTIONS, FILTER_ARCHITECTURES, FILTER_OPERATORS } from "../../plan/filter/filter-words.ts";
import { answerNewerCalls, type HighestCall } from "../../plan/filter/newer-calls.ts";
import type { Seccomp, SeccompAction, SeccompRule } from "../../spec/types.ts";
import { architectureOf, type Condition, callNumber, Filter, nativeArchitecture } from "../../sys/library/libseccomp.ts";

const POINTER = "/linux/seccomp";
const EPERM = 1;
const ENOSYS = 38;
/** runc's limit: in a longer filter, calls are looked up by a tree. */
const LONG = 32;
/** For these, an unknown call is not an error; a tracer answers for it itself. */
const PERMISSIVE: ReadonlySet<SeccompAction> = new Set<SeccompAction>(["SCMP_ACT_ALLOW", "SCMP_ACT_LOG", "SCMP_ACT_TRACE"]);

const X32 = 0x4000003e;
const X86_64 = 0xc000003e;

/** Throws code "unsupported" on a machine without libseccomp, and "config" for what libseccomp refuses. */
export function compileFilter(seccomp: Seccomp): Uint8Array {
  const { defaultAction, defaultErrnoRet, syscalls = [] } = seccomp;
  const byDefault = actionNumber(defaultAction, defaultErrnoRet);
  using filter = new Filter(byDefault);
  const architectures = resolveArchitectures(seccomp);
  for (const [i, [name, token]] of architectures.entries())
    asking(`${POINTER}/architectures/${i}`, () => filter.addArchitecture(token, name));
  if (syscalls.reduce((sum, { names }) => sum + names.length, 0) > LONG) filter.sortCalls();
  for (const [i, rule] of syscalls.entries()) asking(`${POINTER}/syscalls/${i}`, () => addRule(filter, rule, byDefault));
  const program = filter.compile();
  if (PERMISSIVE.has(defaultAction) || byDefault === actionNumber("SCMP_ACT_ERRNO", ENOSYS)) return program;
  return answerNewerCalls(highestCalls(syscalls, [nativeArchitecture(), ...architectures.map(([, token]) => token)]), program);
}

/** What fails says which value of config.json asked for it. */
function asking(pointer: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new RuntimeError(error.code, error.message, { ...error.detail, pointer, cause: error });
  }
}

function actionNumber(action: SeccompAction, errno = EPERM): number {
  const base = FILTER_ACTIONS[action];
  return action === "SCMP_ACT_ERRNO" || action === "SCMP_ACT_TRACE" ? base + errno : base;
}

function resolveArchitectures({ architectures = [] }: Seccomp): [name: string, token: number][] {
  return architectures.map((name, i) => {
    const token = architectureOf(FILTER_ARCHITECTURES[name]);
    if (token !== undefined) return [name, token];
    throw new RuntimeError("unsupported", `cannot filter calls of architecture ${name}: this machine's libseccomp does not know it`, {
      pointer: `${POINTER}/architectures/${i}`,
    });
  });
}

/** Calls that libseccomp does not know are skipped, and rules that say what holds anyway. */
function addRule(filter: Filter, { names, action: word, errnoRet, args = [] }: SeccompRule, byDefault: number): void {
  const action = actionNumber(word, errnoRet);
  if (action === byDefault) return;
  const conditions: Condition[] = args.map(({ index, op, value, valueTwo = 0 }) => ({
    index,
    operator: FILTER_OPERATORS[op],
    value,
    valueTwo,
  }));
  const isAnyOf = new Set(args.map(({ index }) => index)).size < args.length; // libseccomp takes one condition for an argument, and runc then takes each for a rule
  for (const name of names) {
    const number = callNumber(name);
    if (number === undefined) continue;
    for (const one of isAnyOf ? conditions.map((condition) => [condition]) : [conditions]) filter.addRule(action, { name, number }, one);
  }
}

function highestCalls(syscalls: readonly SeccompRule[], tokens: readonly number[]): HighestCall[] {
  const names = new Set(syscalls.flatMap((rule) => rule.names));
  return [...new Set(tokens)].flatMap((token) => {
    let number = 0;
    for (const name of names) number = Math.max(number, callNumber(name, token) ?? 0);
    return number === 0 ? [] : [{ arch: token === X32 ? X86_64 : token, isX32: token === X32, number }];
  });
}
