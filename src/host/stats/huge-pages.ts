/** The sizes of huge pages that this kernel has, as names of cgroup files have them: `2MB`. */
import { readDirectory } from "../../sys/file/file.ts";

const DIRECTORY = "/sys/kernel/mm/hugepages";
const UNITS = ["KB", "MB", "GB", "TB"] as const;

export function hugePageSizes(): string[] {
  return (readDirectory(DIRECTORY) ?? []).flatMap(({ name }) => {
    const kibibytes = /^hugepages-(\d+)kB$/.exec(name)?.[1];
    return kibibytes === undefined ? [] : sizeName(Number(kibibytes));
  });
}

/** Pure. */
export function sizeName(kibibytes: number): string {
  let size = kibibytes;
  let unit = 0;
  for (; size >= 1024 && unit < UNITS.length - 1; unit++) size /= 1024;
  return `${Math.floor(size)}${UNITS[unit]}`;
}
