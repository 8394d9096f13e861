/** Generated from schemas/ by `npm run generate`; never edited by hand. */
export interface Fault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
export interface Finder {
  (data: unknown): boolean;
  errors?: readonly Fault[] | null;
}
/** The first faults of a value, and how many others there are. */
export declare function findFaults(find: Finder, value: unknown): { readonly faults: readonly Fault[]; readonly others: number };
export declare const config: Finder;
export declare const process: Finder;
export declare const resources: Finder;
export declare const layers: Finder;
