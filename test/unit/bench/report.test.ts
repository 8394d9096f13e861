/** The bench's output. */
import { expect, test } from "bun:test";
import { type Result, renderJson, renderMarkdown, renderProgress, replaceSection } from "../../../bench/report.ts";

const ROW = {
  name: "run",
  work: "`run` of /bin/true",
  unit: "ms",
  samples: { lamina: [9, 10, 11], crun: [10, 10, 10], runc: [20, 25, 22] },
} as const;

const RESULT: Result = {
  machine: { date: "2026-01-02 03:04 UTC", cpu: "2 × CPU", memory: "4 GiB", kernel: "6.1", cgroups: "v2", load: "0.10" },
  runtimes: [
    { name: "lamina", path: "/lamina", version: "lamina version 1" },
    { name: "crun", path: "/crun", version: "crun version 2" },
    { name: "runc", path: "/runc", version: "runc version 3" },
  ],
  leftOut: [],
  rounds: 3,
  notes: ["The bundle is small"],
  rows: [ROW, { name: "memory-limit", work: "limit", unit: "KiB", samples: { lamina: [640], crun: [512], runc: [4096] } }],
};

test("the table has medians, paired ratios and verdicts, and the facts follow", () => {
  expect(renderMarkdown(RESULT)).toBe(
    `| work               |   lamina |     crun |     runc |      lamina/crun |      lamina/runc | budget                                                        |
| ------------------ | -------: | -------: | -------: | ---------------: | ---------------: | ------------------------------------------------------------- |
| \`run\` of /bin/true | 10.00 ms | 10.00 ms | 22.00 ms | 1.00 (0.90–1.10) | 0.45 (0.40–0.50) | ≤ 0.95 crun: missed within the noise, ≤ 0.35 runc: **missed** |
| limit              |  640 KiB |  512 KiB | 4096 KiB |             1.25 |             0.16 | ≤ 1 crun: **missed**                                          |

- 2026-01-02 03:04 UTC; 2 × CPU, 4 GiB; Linux 6.1; cgroup v2; load 0.10 at the start.
- lamina: lamina version 1.
- crun: crun version 2.
- runc: runc version 3.
- Medians of 3 rounds (the slow rows: fewer). A ratio is the median of the rounds' ratios, with its 95 % interval in brackets.
- The bundle is small.
`,
  );
});

test("a missing peer has no column, no ratio and no verdict, but a reason", () => {
  const runtimes = RESULT.runtimes.filter(({ name }) => name !== "crun");
  const rows = [{ ...ROW, samples: { lamina: [1], runc: [4] } }];
  const text = renderMarkdown({ ...RESULT, runtimes, rows, leftOut: ["crun is left out: it is not installed"] });

  expect(text).toStartWith("| work               |  lamina |    runc | lamina/runc | budget           |\n");
  expect(text).toContain("| 1.00 ms | 4.00 ms |        0.25 | ≤ 0.35 runc: met |\n");
  expect(text).toContain("- crun is left out: it is not installed.\n");
});

test("a miss whose interval reaches the limit is marked differently from one whose interval does not", () => {
  const verdict = (lamina: readonly number[]) => renderMarkdown({ ...RESULT, rows: [{ ...ROW, samples: { lamina, crun: [10, 10, 10] } }] });

  expect(verdict([9, 11, 12])).toContain("≤ 0.95 crun: missed within the noise |");
  expect(verdict([11, 11, 12])).toContain("≤ 0.95 crun: **missed** ");
});

test("images have a table of other peers, of differences from a plain directory, and of memory", () => {
  const rows = [
    { name: "layers/10", work: "start", unit: "ms", samples: { lamina: [11, 12, 13], plain: [10, 10.5, 11] } },
    { name: "import/gzip", work: "import", unit: "ms", samples: { lamina: [30, 40, 50], umoci: [100, 100, 100] } },
    { name: "import/gzip-memory", work: "memory", unit: "KiB", samples: { lamina: [100, 146485, 100], umoci: [50, 50, 50] } },
  ] as const;
  const runtimes = [
    { name: "lamina", path: "/lamina", version: "1" },
    { name: "umoci", path: "/umoci", version: "2" },
  ] as const;

  expect(renderMarkdown({ ...RESULT, runtimes, rows })).toStartWith(
    `| work   |   lamina |  umoci |    plain |        lamina/umoci |                over plain | budget                   |
| ------ | -------: | -----: | -------: | ------------------: | ------------------------: | ------------------------ |
| start  | 12.00 ms |        | 10.50 ms |                     | +1.50 ms (+1.00 to +2.00) | ≤ 1.5 ms over plain: met |
| import | 40.00 ms | 100 ms |          |    0.40 (0.30–0.50) |                           | ≤ 0.45 umoci: met        |
| memory |  100 KiB | 50 KiB |          | 2.00 (2.00–2929.70) |                           | ≤ 39062 KiB: **missed**  |
`,
  );
});

test("a line of progress has the medians and lamina's ratios", () => {
  expect(renderProgress(ROW)).toBe("run of /bin/true: lamina 10.00 ms, crun 10.00 ms (1.00), runc 22.00 ms (0.45)");
});

test("the JSON has the samples, the medians and the ratios", () => {
  const result: unknown = JSON.parse(renderJson([RESULT]));

  expect(result).toMatchObject([
    {
      rounds: 3,
      rows: [
        {
          name: "run",
          samples: ROW.samples,
          medians: { lamina: 10, crun: 10, runc: 22 },
          ratios: { crun: { ratio: 1, low: 0.9, high: 1.1 } },
        },
        {},
      ],
    },
  ]);
});

test("a section between the comments is replaced, and the rest stays", () => {
  const text = "# A\n\n<!-- bench:begin -->\n\nold\n\n<!-- bench:end -->\n\nB\n";

  expect(replaceSection(text, "new\n")).toBe("# A\n\n<!-- bench:begin -->\n\nnew\n\n<!-- bench:end -->\n\nB\n");
  expect(replaceSection(replaceSection(text, "x\n"), "old\n")).toBe(text);
  expect(() => replaceSection("# A\n", "new\n")).toThrow("cannot find the place for the result");
});
