/** Long work that can be interrupted. */

/** The same chunks; before each of them `hear` is called, and what it throws ends them. */
export function* hearing(stream: Iterable<Uint8Array>, hear: () => void): Generator<Uint8Array, void, undefined> {
  for (const chunk of stream) {
    hear();
    yield chunk;
  }
}
