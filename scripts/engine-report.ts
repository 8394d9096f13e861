/** The scenarios of test/engines/ side by side: what each of the two runtimes did, from bun's JUnit report. Pure. */

export interface ScenarioResult {
  readonly engine: string;
  readonly scenario: string;
  /** Name of the runtime → seconds, or undefined if it failed. */
  readonly seconds: ReadonlyMap<string, number | undefined>;
}

/** Each test is in a group that is named "<engine> with <runtime>". */
export function parseScenarios(report: string): ScenarioResult[] {
  const found = new Map<string, { engine: string; scenario: string; seconds: Map<string, number | undefined> }>();
  for (const [, attributes = "", end, body = ""] of report.matchAll(/<testcase ([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const [, engine, runtime] = /^(.*) with (\S+)$/.exec(attribute(attributes, "classname")) ?? [];
    if (engine === undefined || runtime === undefined || body.includes("<skipped")) continue;
    const scenario = attribute(attributes, "name");
    const key = `${engine}\n${scenario}`;
    const row = found.get(key) ?? { engine, scenario, seconds: new Map() };
    const passed = end === "/>" || !/<(failure|error)/.test(body);
    row.seconds.set(runtime, passed ? Number(attribute(attributes, "time")) : undefined);
    found.set(key, row);
  }
  return [...found.values()];
}

/** Those that this machine can do with the reference, and cannot with the runtime under test. */
export function regressions(results: readonly ScenarioResult[]): ScenarioResult[] {
  const failed = ({ seconds }: ScenarioResult, runtime: string): boolean => seconds.has(runtime) && seconds.get(runtime) === undefined;
  return results.filter((result) => failed(result, "lamina") && !failed(result, "runc"));
}

export function describeScenarios(results: readonly ScenarioResult[]): string {
  const cell = ({ seconds }: ScenarioResult, runtime: string): string =>
    seconds.has(runtime) ? (seconds.get(runtime)?.toFixed(1) ?? "failed") : "-";
  const rows = results.map((result) => [result.engine, result.scenario, cell(result, "runc"), cell(result, "lamina")]);
  const table = [["engine", "scenario", "runc", "lamina"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function attribute(attributes: string, name: string): string {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
  return value.replaceAll("&quot;", '"').replaceAll("&apos;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
