/** lamina checkpoint */
import type { Arguments } from "../line/arguments.ts";
import { CRIU, ID } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "write down a running container for restore",
  details:
    "Has CRIU write all processes of the container to the image directory, with their memory. Then the container ends and is deleted, unless it is to go on.",
  positionals: [ID],
  options: [
    ...CRIU,
    { name: "leave-running", type: "boolean", summary: "let the container go on" },
    { name: "pre-dump", type: "boolean", summary: "write only the memory, and let the container go on" },
    {
      name: "parent-path",
      type: "string",
      value: "dir",
      summary: "earlier dump, relative to the image directory: only what changed since is written",
    },
    { name: "tcp-skip-in-flight", type: "boolean", summary: "leave out TCP connections that are just being made" },
    { name: "link-remap", type: "boolean", summary: "allow files that have lost their names" },
    { name: "page-server", type: "string", value: "address:port", summary: "send memory to a criu page-server" },
    { name: "status-fd", type: "number", value: "fd", summary: "write a zero byte to this descriptor when lazy pages can be fetched" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { checkpointContainer } = await import("../../host/checkpoints.ts");
  await checkpointContainer({ ...args, statusFd: args.statusFd === NO_DESCRIPTOR ? undefined : args.statusFd }, context);
  return 0;
}

/** runc's word for none. */
const NO_DESCRIPTOR = -1;
