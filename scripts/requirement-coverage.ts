/** The lines of docs/conformance.md, and the tests that carry their numbers. Pure. */

export interface Requirement {
  readonly number: number;
  readonly text: string;
  readonly section: string;
  /** Why there is no test, for lines that have none. */
  readonly excuse: string | undefined;
}

/** A title of a test with the number of a requirement. */
export interface Tag {
  readonly number: number;
  readonly title: string;
  readonly place: string;
}

export interface Coverage {
  readonly requirement: Requirement;
  readonly tags: readonly Tag[];
}

/** The rows of the page's tables that start with a number: of three cells for a requirement, of two for an excuse. */
export function parseRequirements(page: string): Requirement[] {
  const rows = [...page.matchAll(/^\| C(\d+) \| (.*) \|$/gm)].map(([, number, cells = ""]) => ({
    number: Number(number),
    cells: cells.split(" | "),
  }));
  const excuses = new Map(rows.filter(({ cells }) => cells.length === 1).map(({ number, cells: [why] }) => [number, why]));
  return rows
    .filter(({ cells }) => cells.length === 2)
    .map(({ number, cells: [text = "", section = ""] }) => ({ number, text, section, excuse: excuses.get(number) }));
}

/** The tags in the titles of one file; comments do not count. */
export function findTags(file: string, source: string): Tag[] {
  return source.split("\n").flatMap((line, i) => {
    if (/^\s*(\/\/|\/\*|\*)/.test(line)) return [];
    const numbers = [...line.matchAll(/\[C(\d+)\]/g)].map(([, number]) => Number(number));
    return numbers.map((number) => ({ number, title: titleIn(line), place: `${file}:${i + 1}` }));
  });
}

export function coverageOf(requirements: readonly Requirement[], tags: readonly Tag[]): Coverage[] {
  return requirements.map((requirement) => ({ requirement, tags: tags.filter(({ number }) => number === requirement.number) }));
}

/** What makes the list untrue. */
export function describeProblems(requirements: readonly Requirement[], tags: readonly Tag[]): string[] {
  const numbers = requirements.map(({ number }) => number);
  const known = new Set(numbers);
  return [
    ...numbers.filter((number, i) => number !== i + 1).map((number) => `C${number} is out of order on the page`),
    ...tags.filter(({ number }) => !known.has(number)).map(({ number, place }) => `${place}: there is no line C${number}`),
    ...coverageOf(requirements, tags).flatMap(({ requirement: { number, excuse }, tags: own }) => {
      if (own.length === 0 && excuse === undefined) return [`C${number} has neither a test nor a reason why not`];
      if (own.length > 0 && excuse !== undefined) return [`C${number} has a test, and a reason why it has none`];
      return [];
    }),
  ];
}

/** Every line with its tests, and as the last line how many have some. */
export function describeCoverage(coverage: readonly Coverage[]): string {
  const lines = coverage.flatMap(({ requirement: { number, text, section, excuse }, tags }) => [
    `C${number} ${text} (${section})`,
    ...tags.map(({ title, place }) => `    ${place}  ${title}`),
    ...(excuse === undefined ? [] : [`    not tested: ${excuse}`]),
  ]);
  const covered = coverage.filter(({ tags }) => tags.length > 0).length;
  return [...lines, `${covered} of ${coverage.length} lines are tested`].join("\n");
}

/** The string around the first tag of a line. */
function titleIn(line: string): string {
  const [, , title = line.trim()] = /(["'`])([^"'`]*\[C\d+\].*?)\1/.exec(line) ?? [];
  return title;
}
