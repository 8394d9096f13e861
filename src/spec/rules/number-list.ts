/** Lists of processors or memory nodes in the kernel's format: `0-3,7`, or `0-31:2/4` for two of every four. */

const RANGE = /^(\d+)(?:-(\d+)(?::\d+\/\d+)?)?$/;

export function isNumberList(text: string): boolean {
  return text.split(",").every((part) => {
    const range = RANGE.exec(part.trim());
    return range !== null && Number(range[1]) <= Number(range[2] ?? range[1]);
  });
}
