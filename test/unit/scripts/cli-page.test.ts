import { expect, test } from "bun:test";
import { withCommands } from "../../../scripts/cli-page.ts";

test("docs/cli.md matches the command line", async () => {
  const page = await Bun.file("docs/cli.md").text();
  expect(page).toBe(withCommands(page));
});

test("the text around the commands stays, and hidden options are omitted", () => {
  const page = withCommands("before\n<!-- commands:begin -->\nold\n<!-- commands:end -->\nafter\n");
  expect(page).toStartWith("before\n<!-- commands:begin -->\n\n### Global options\n");
  expect(page).toEndWith("<!-- commands:end -->\nafter\n");
  expect(page).toContain("### kill\n\n`lamina kill <id> [signal] [options]`\n");
  expect(page).toContain("| `-a`, `--all` | send the signal to every process of the container |");
  expect(page).not.toContain("old");
  expect(page).not.toContain("--criu");
});

test("a page without a section for the commands is refused", () => {
  expect(() => withCommands("nothing")).toThrow("the page has no line");
});
