/** IP addresses in words. Pure. */

/** 4 bytes of IPv4, 16 of IPv6; RFC 5952, without IPv4 notation at the end. */
export function describeIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: bytes.length / 2 }, (_, at) => (((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0)).toString(16));
  const text = groups.join(":");
  const longest = [...text.matchAll(/\b0(?::0)+\b/g)].reduce((most, { 0: run }) => (run.length > most.length ? run : most), "");
  if (longest === "") return text;
  const at = text.search(new RegExp(`\\b${longest}\\b`));
  return `${text.slice(0, at).replace(/:$/, "")}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}
