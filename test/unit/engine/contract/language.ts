/** What the engines agree on beyond host.ts: the language features that lamina uses. */
import { type Case, refuses, same } from "./case.ts";

export const languageCases: readonly Case[] = [
  {
    title: "resources are disposed of in reverse order, whatever happens",
    run: () => {
      const seen: string[] = [];
      const resource = (name: string): Disposable => ({ [Symbol.dispose]: () => void seen.push(name) });
      const use = (): string => {
        using _first = resource("first");
        using _second = resource("second");
        return "returned";
      };
      same(use(), "returned");
      refuses("Error", () => {
        using _third = resource("third");
        throw new Error("thrown");
      });
      for (const name of ["fourth", "fifth"]) {
        using _one = resource(name);
        if (name === "fifth") break;
      }
      same(seen, ["second", "first", "third", "fourth", "fifth"]);
    },
  },
  {
    title: "asynchronous resources are disposed of before execution continues",
    run: async () => {
      const seen: string[] = [];
      {
        await using _slow = { [Symbol.asyncDispose]: async () => void seen.push(await "disposed") };
        seen.push("used");
      }
      same(seen, ["used", "disposed"]);
    },
  },
  {
    title: "generators end when their consumer stops",
    run: () => {
      const seen: number[] = [];
      function* numbers(): Generator<number> {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          seen.push(-1);
        }
      }
      for (const number of numbers()) {
        if (number === 2) break;
        seen.push(number);
      }
      same(seen, [0, 1, -1]);
    },
  },
  {
    title: "asynchronous iteration passes errors on",
    run: async () => {
      async function* parts(): AsyncGenerator<number> {
        yield 1;
        throw new RangeError("later");
      }
      const seen: unknown[] = [];
      try {
        for await (const part of parts()) seen.push(part);
      } catch (error) {
        seen.push((error as Error).message);
      }
      same(seen, [1, "later"]);
    },
  },
  {
    title: "regular expressions have names, lookbehind, Unicode and the flags s, y and d",
    run: () => {
      same(/(?<year>\d{4})-(?<month>\d\d)/.exec("on 2024-05")?.groups?.month, "05");
      same("a.b\nc".replace(/(?<=\.).*/s, "!"), "a.!");
      same(/^\p{L}+$/u.test("äß"), true);
      const sticky = /b/y;
      sticky.lastIndex = 1;
      same(sticky.test("ab"), true);
      same(/b(c)/d.exec("abc")?.indices?.[1], [2, 3]);
    },
  },
  {
    title: "bigints are exact",
    run: () => {
      same((2n ** 64n - 1n) & 0xff00n, 0xff00n);
      same(BigInt.asIntN(64, 2n ** 64n - 1n), -1n);
      same(BigInt("18446744073709551615").toString(16), "ffffffffffffffff");
      same(new DataView(new BigUint64Array([2n ** 63n]).buffer).getBigInt64(0, true), -(2n ** 63n));
    },
  },
  {
    title: "JSON keeps order, escapes and numbers, and says where it is broken",
    run: () => {
      same(
        JSON.stringify(JSON.parse('{"b":1,"a":[1e21,-0.5,"\\u0000\\ud800"],"2":3,"1":4}')),
        '{"1":4,"2":3,"b":1,"a":[1e+21,-0.5,"\\u0000\\ud800"]}',
      );
      same(JSON.stringify({ a: [1, { b: undefined }] }, null, 2), '{\n  "a": [\n    1,\n    {}\n  ]\n}');
      try {
        JSON.parse('{"a": }');
        throw new Error("parsed");
      } catch (error) {
        same((error as Error).name, "SyntaxError");
      }
    },
  },
  {
    title: "bytes have hexadecimal and base64 forms",
    run: () => {
      same(Uint8Array.of(0, 255, 16).toHex(), "00ff10");
      same(Uint8Array.fromHex("00ff10"), Uint8Array.of(0, 255, 16));
      same(Uint8Array.fromBase64("AP8Q"), Uint8Array.of(0, 255, 16));
    },
  },
  {
    title: "dates are written as UTC",
    run: () => same(new Date(Date.UTC(2024, 1, 29, 12, 30)).toISOString(), "2024-02-29T12:30:00.000Z"),
  },
  {
    title: "newer functions of the standard library are there",
    run: () => {
      same([3, 1, 2].toSorted(), [1, 2, 3]);
      same([1, 2, 3].at(-1), 3);
      same(
        [1, 2, 3].findLast((n) => n < 3),
        2,
      );
      same(Object.groupBy([1, 2, 3], (n) => (n % 2 ? "odd" : "even")).odd, [1, 3]);
      same([...new Set([1, 2]).union(new Set([3]))], [1, 2, 3]);
      same([...[1, 2, 3].values().map((n) => n * 2)], [2, 4, 6]);
      same("a\ud800".isWellFormed(), false);
      same(Object.hasOwn({ a: 1 }, "a"), true);
    },
  },
  {
    title: "arithmetic that needs the mathematical library gives its results",
    run: () => {
      same([2 ** 0.5, 5.5 % 2, -5.5 % 2, Math.hypot(3, 4), Math.log2(8), Math.round(-2.5)], [Math.SQRT2, 1.5, -1.5, 5, 3, -2]);
      same((0.1).toFixed(3), "0.100");
      same(Number("1e-7"), 1e-7);
    },
  },
  {
    title: "whole numbers are calculated with exactly, and zero keeps its sign",
    run: () => {
      const [two, ten, wide] = [Number("2"), Number("10"), Number("9007199254740991")];
      same([two ** 32, two ** 53, two ** 64, (-two) ** 3, ten ** 15, ten ** -1], [4294967296, 2 ** 53, 2 ** 64, -8, 1e15, 0.1]);
      same(
        [wide % 1024, -wide % 1000, (6 / two) % 2, wide % two ** 53, -7.5 % two, 5 % Number("Infinity")],
        [1023, -991, 1, wide, -1.5, 5],
      );
      same(
        [Math.floor(-0.5), Math.floor(wide + 0.5), Math.ceil(-1.5), Math.trunc(-1.5), Math.floor(1e300)],
        [-1, wide + 0.5, -1, -1, 1e300],
      );
      same(
        [Math.ceil(-0.5), Math.trunc(-0.5), Math.floor(-0), -6 % two].every((zero) => Object.is(zero, -0)),
        true,
      );
      same([Math.floor(Number.NaN), Number.NaN % 2, 5 % 0, Number.NaN ** 1, 0 ** 0].map(String), ["NaN", "NaN", "NaN", "NaN", "1"]);
    },
  },
  {
    title: "endless recursion is an error that can be caught",
    run: () => {
      const deepen = (depth: number): number => 1 + deepen(depth + 1);
      try {
        deepen(0);
        throw new Error("it ended");
      } catch (error) {
        same((error as Error).name === "RangeError" || (error as Error).name === "InternalError", true);
      }
    },
  },
  {
    title: "errors know their cause and where they were thrown",
    run: () => {
      const error = new Error("outer", { cause: new TypeError("inner") });
      same((error.cause as Error).message, "inner");
      same(error.stack?.includes("run"), true);
    },
  },
];
