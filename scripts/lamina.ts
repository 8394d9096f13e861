/** lamina from its sources, on Bun: `sh scripts/tool.sh bun scripts/lamina.ts --help`. Without an init in it, it starts no container. */
import { main } from "../src/main.ts";

await main();
