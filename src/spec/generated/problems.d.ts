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
export declare const config: Finder;
export declare const process: Finder;
export declare const resources: Finder;
export declare const layers: Finder;
