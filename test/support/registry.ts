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
  const host = `127.0.0.1:${await freePort()}`;
  const config = { version: "0.1", storage: { filesystem: { rootdirectory: join(directory, "registry") } }, http: { addr: host } };
  await writeFile(join(directory, "registry.json"), JSON.stringify(config));
  const server = Bun.spawn([registryProgram() ?? "docker-registry", "serve", join(directory, "registry.json")], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const end = async (): Promise<void> => {
    server.kill();
    await server.exited;
  };
  try {
    await until("the registry answers", async () => (await fetch(`http://${host}/v2/`).catch(() => undefined))?.ok === true);
  } catch (error) {
    await end();
    throw error;
  }
  return { host, [Symbol.asyncDispose]: end };
}

async function freePort(): Promise<number> {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = server;
  await server.stop(true);
  return port ?? 0;
}
