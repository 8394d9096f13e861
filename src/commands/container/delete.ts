/** lamina delete */
import { deleteContainer } from "../../host/delete.ts";
import type { Arguments } from "../line/arguments.ts";
import type { Context } from "../line/context.ts";

export async function run(args: Arguments<"delete">, context: Context): Promise<number> {
  if (args.rm) {
    const { deleteWithBundle, keptBundle } = await import("../rare.ts");
    deleteWithBundle({ ...args, bundle: keptBundle(context, args.id) }, context);
    return 0;
  }
  try {
    deleteContainer(args, context);
  } catch (error) {
    if (!args.force) throw error;
    const { deleteDespite } = await import("../rare.ts");
    deleteDespite(error, args, context);
  }
  return 0;
}
