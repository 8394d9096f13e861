/** What every start of lamina pays for: loading yargs takes longer than starting a container. */
import { expect, test } from "bun:test";
import { basename } from "node:path";

/** The commands that engines call for every container. */
const HOT = ["create", "start", "state", "kill", "delete", "run"].map((name) => `src/commands/container/${name}.ts`);

test.each(["src/main.ts", ...HOT])("%s loads nothing at once but lamina and its host", async (path) => {
  const texts = await bundle([path, "src/commands/line/usage.ts"]);
  const { modules, reached } = followImports(`${basename(path, ".ts")}.js`, texts);
  expect(texts.size).toBeGreaterThan(reached.size); // otherwise nothing is loaded late, and the next line says little
  expect([...modules]).toEqual(["lamina:host"]);
});

test("whoever asks for no checkpoint has nothing of CRIU in the heap", async () => {
  const texts = await bundle(["src/main.ts", "src/commands/line/usage.ts", "src/host/checkpoints.ts"]);
  const { reached } = followImports("main.js", texts);
  const withCriu = [...texts].filter(([, text]) => text.includes('"orphan-pts-master"')).map(([name]) => name);
  expect([withCriu, reached.has("checkpoints.js")]).toEqual([["checkpoints.js"], false]);
});

async function bundle(entrypoints: string[]): Promise<Map<string, string>> {
  const built = await Bun.build({
    entrypoints,
    naming: { entry: "[name].[ext]" },
    target: "bun",
    format: "esm",
    splitting: true,
    conditions: ["lamina"],
    external: ["lamina:host"],
  });
  return new Map(await Promise.all(built.outputs.map(async (file) => [file.path.replace(/^\.\//, ""), await file.text()] as const)));
}

/** Static imports only: those are loaded before the first line runs. */
function followImports(entry: string, texts: ReadonlyMap<string, string>): { modules: Set<string>; reached: Set<string> } {
  const modules = new Set<string>();
  const reached = new Set<string>();
  const queue = [entry];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const text = texts.get(name);
    if (text === undefined) throw new Error(`the bundle has no ${name}`);
    for (const [, from = ""] of text.matchAll(/^(?:import|export)\b[^;("'`]*?from\s*"([^"]+)"|^import\s*"([^"]+)"/gm)) {
      if (from.startsWith("./")) queue.push(from.slice(2));
      else if (from !== "") modules.add(from);
    }
  }
  return { modules, reached };
}
