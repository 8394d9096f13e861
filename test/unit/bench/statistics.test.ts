/** Medians and ratios. */
import { expect, test } from "bun:test";
import { median, pairedRatio } from "../../../bench/statistics.ts";

test.each([
  [[3], 3],
  [[9, 1, 5], 5],
  [[4, 1, 3, 2], 2.5],
  [[10, 9, 100], 10],
])("the median of %p is %p", (values, expected) => {
  expect(median(values)).toBe(expected);
});

test("the median leaves its argument in order, and is NaN for nothing", () => {
  const values = [3, 1, 2];

  expect(median(values)).toBe(2);
  expect(values).toEqual([3, 1, 2]);
  expect(median([])).toBeNaN();
});

test("a disturbance that doubles both sides of a round does not change the ratio", () => {
  expect(pairedRatio([10, 20, 10], [20, 40, 20])).toEqual({ ratio: 0.5, low: 0.5, high: 0.5 });
});

test("with few rounds the interval is the smallest and the largest ratio", () => {
  expect(pairedRatio([1, 2, 3, 4, 5], [1, 1, 1, 1, 1])).toEqual({ ratio: 3, low: 1, high: 5 });
});

test("with 100 rounds the interval is the 40th and the 61st ratio, which enclose the median with 96 % confidence", () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);

  expect(
    pairedRatio(
      values,
      values.map(() => 1),
    ),
  ).toEqual({ ratio: 50.5, low: 40, high: 61 });
});

test("rounds that cannot be paired are refused", () => {
  expect(() => pairedRatio([1, 2], [1])).toThrow("2 rounds cannot be paired with 1");
});
