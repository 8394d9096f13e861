/** What this kernel can do with filters. */
import { FILTER_FLAGS, NEW_LISTENER } from "../../plan/filter/filter-words.ts";
import { knowsFilterFlags } from "../../sys/kernel/filter-flags.ts";

/** The flags, by their names in config.json. One of them is only for filters with a listener. */
export function supportedFilterFlags(): string[] {
  return Object.entries(FILTER_FLAGS).flatMap(([name, bit]) => (bit === 0 || knowsFilterFlags(bit | NEW_LISTENER) ? [name] : []));
}
