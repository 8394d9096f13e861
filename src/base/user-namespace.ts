/** What /proc/self/uid_map tells of a user namespace (user_namespaces(7)). Pure. */

/** Only the first user namespace maps all ids to themselves. */
export function isFirstUserNamespace(uidMap: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(uidMap);
}
