/** Writes every generated file, or with `--check` reports those that are not current (exit status 1). */
import { generateSpec } from "./generate-spec.ts";
import { generateWire } from "./generate-wire.ts";

const check = process.argv.includes("--check");
let stale = 0;
for (const [path, text] of [...(await generateWire()), ...(await generateSpec())]) {
  const current = (await Bun.file(path).exists()) ? await Bun.file(path).text() : "";
  if (current === text) continue;
  stale++;
  if (check) console.error(`${path} is not current: run npm run generate`);
  else {
    await Bun.write(path, text);
    console.log(`wrote ${path}`);
  }
}
process.exitCode = check && stale > 0 ? 1 : 0;
