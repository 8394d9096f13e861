/** Who owns the standard streams: the program's user, or it could not open /dev/stdout. Pure. */
import type { Process } from "../../spec/types.ts";
import type { HostFacts } from "../facts.ts";
import type { InitStep, Planned } from "../steps/step.ts";

export function planStreamOwner(uid: number, anonymous = false): Planned<InitStep> {
  return { origin: "/process/user/uid", step: { op: "chownStdio", uid, anonymous } };
}

/**
 * Before a user namespace is entered, whose root may give away nothing that belongs to an unmapped id, as streams of the host's root do:
 * to `uid`, as the user is called outside. Only what was made for this: a file or a terminal would stay the container's. A terminal of its own takes
 * their place, and a caller who is not root could give nothing to anybody.
 */
export function planStreamsFromOutside(
  { terminal }: Process,
  uid: number | undefined,
  caller: Pick<HostFacts, "uid">,
): Planned<InitStep>[] {
  return uid === undefined || caller.uid !== 0 || terminal === true ? [] : [planStreamOwner(uid, true)];
}
