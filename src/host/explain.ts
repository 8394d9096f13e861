/** `explain`: the plan that `create` would carry out, and where config.json asks for each step. Reads, and changes nothing. */
import type { HostPath } from "../base/paths.ts";
import { describeHostStep, describeStep } from "../plan/describe.ts";
import { callOf, hostCallOf } from "../plan/describe-call.ts";
import type { HostStep } from "../plan/steps/host-step.ts";
import type { InitStep, OnFailure, Planned } from "../plan/steps/step.ts";
import { requireContainerId } from "../state/container-id.ts";
import { loadPlannableBundle, locating } from "./bundle/bundle.ts";
import { OriginPlaces } from "./bundle/config-place.ts";
import { planBundle } from "./bundle/plan-bundle.ts";
import type { BundleContext } from "./context.ts";
import type { CreateRequest } from "./create.ts";

export interface ExplainRequest extends Omit<CreateRequest, "id"> {
  /** Absent: a placeholder stands for it wherever it shows. */
  readonly id: string | undefined;
}

export interface Explained<S extends { readonly op: string }> {
  /** Counts from 1, on each side for itself. */
  readonly index: number;
  readonly op: S["op"];
  readonly words: string;
  /** The kernel call that the step is mainly made of, such as `mount(2)`. */
  readonly call: string;
  /** JSON pointer of the value that asked for it, in the file that `location` names; "" = internal, or that file as a whole. */
  readonly origin: string;
  /** `config.json:12:7` or `layers.json:3:5`; null where no value asked. */
  readonly location: string | null;
  readonly onFailure: OnFailure;
  readonly step: S;
}

export interface Explanation {
  readonly bundle: HostPath;
  readonly id: string;
  readonly warnings: readonly string[];
  readonly host: readonly Explained<HostStep>[];
  readonly init: readonly Explained<InitStep>[];
}

const PLACEHOLDER = "ID";

export async function explainBundle(request: ExplainRequest, context: BundleContext): Promise<Explanation> {
  const id = requireContainerId(request.id ?? PLACEHOLDER);
  const bundle = await loadPlannableBundle(request.bundle, context);
  const { plan } = await locating(bundle, () => planBundle({ command: "create", options: { ...request, id }, bundle }, context));
  const places = new OriginPlaces(
    bundle,
    [...plan.host, ...plan.init].map(({ origin }) => origin),
  );
  const wording = <S extends { readonly op: string }>(describe: (step: S) => string, call: (step: S) => string) => {
    return ({ step, origin, onFailure = "stop", note }: Planned<S>, i: number): Explained<S> => {
      const { location, pointer } = places.find(origin) ?? { location: null, pointer: origin };
      return {
        index: i + 1,
        op: step.op,
        words: `${describe(step)}${note === undefined ? "" : `: ${note}`}`,
        call: call(step),
        origin: pointer,
        location,
        onFailure,
        step,
      };
    };
  };
  return {
    bundle: bundle.path,
    id,
    warnings: [...bundle.warnings, ...plan.warnings],
    host: plan.host.map(wording(describeHostStep, hostCallOf)),
    init: plan.init.map(wording(describeStep, callOf)),
  };
}
