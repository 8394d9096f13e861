/** Container ids for tests that name their own. */

/** One that no other test has: without a path in config.json the id places the cgroup, which all of the machine shares. */
export function ownId(name: string): string {
  return `${name}-${crypto.randomUUID().slice(0, 13)}`;
}
