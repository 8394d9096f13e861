/** lamina restore */
import { withLayers } from "../layers/layer-finder.ts";
import type { Arguments } from "../line/arguments.ts";
import { BUNDLE, CONSOLE_SOCKET, CRIU, ID, PID_FILE } from "../line/container-options.ts";
import type { Context } from "../line/context.ts";
import type { CommandRow } from "../line/table-row.ts";

export const ROW = {
  summary: "make a container from a checkpoint",
  details:
    "Has CRIU make the processes anew that checkpoint has written down, waits for the first of them, deletes the container and exits with its status. Cgroups, limits and mounts from the host are those of config.json.",
  positionals: [ID],
  options: [
    BUNDLE,
    CONSOLE_SOCKET,
    PID_FILE,
    ...CRIU,
    { name: "detach", type: "boolean", alias: "d", summary: "exit once the processes run" },
    { name: "no-subreaper", type: "boolean", summary: "do not adopt processes that the container leaves behind" },
    { name: "no-pivot", type: "boolean", summary: "accepted: CRIU makes the root by itself" },
    { name: "lsm-profile", type: "string", value: "type:name", summary: "give the processes this security profile, such as apparmor:NAME" },
    { name: "lsm-mount-context", type: "string", value: "context", summary: "give mounts that have a SELinux context this one" },
  ],
} as const satisfies CommandRow;

export async function run(args: Arguments<typeof ROW>, context: Context): Promise<number> {
  const { restoreContainer } = await import("../../host/checkpoints.ts");
  return restoreContainer(args, withLayers(context, { keep: true }));
}
