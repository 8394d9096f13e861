/** The text of mountinfo but for lines of tests that use none of these directories: their mounts come and go meanwhile. proc_pid_mountinfo(5) */
export function mountsBut(text: string, directories: readonly string[]): string {
  return text
    .split("\n")
    .filter((line) => !line.includes("/lamina-") || directories.some((directory) => line.includes(directory)))
    .join("\n");
}
