/** A registry for one test: Debian's docker-registry on loopback, with its files in a directory of the test. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { registryProgram } from "./requires.ts";
import { until } from "./until.ts";

export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`, for names of images. */
  readonly host: string;
}

export async function testRegistry(directory: string): Promise<TestRegistry> {
  for (;;) {
    const registry = await registryAt(directory, `127.0.0.1:${await freePort()}`);
    if (registry !== undefined) return registry;
  }
}

/** undefined if somebody else has taken the port meanwhile. */
async function registryAt(directory: string, host: string): Promise<TestRegistry | undefined> {
  const config = { version: "0.1", storage: { filesystem: { rootdirectory: join(directory, "registry") } }, http: { addr: host } };
  await writeFile(join(directory, "registry.json"), JSON.stringify(config));
  const log = join(directory, "registry.log");
  const server = Bun.spawn([registryProgram() ?? "docker-registry", "serve", join(directory, "registry.json")], {
    stdio: ["ignore", "ignore", Bun.file(log)],
  });
  const end = async (): Promise<void> => {
    server.kill();
    await server.exited;
  };
  const answers = async (): Promise<boolean> => (await fetch(`http://${host}/v2/`).catch(() => undefined))?.ok === true;
  try {
    await until("the registry answers or ends", async () => server.exitCode !== null || answers());
  } catch (error) {
    await end();
    throw error;
  }
  if (server.exitCode === null) return { host, [Symbol.asyncDispose]: end };
  const told = await Bun.file(log).text();
  if (told.includes("address already in use")) return undefined;
  throw new Error(`the registry has ended: ${told}`);
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  await server.stop(true);
  return port ?? 0;
}
