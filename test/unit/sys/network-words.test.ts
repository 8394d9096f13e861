import { expect, test } from "bun:test";
import { put32, u32 } from "../../../src/base/bytes.ts";
import { describeIp } from "../../../src/sys/kernel/ip-text.ts";
import { aged, describeAddress, lastingAddresses, type NetworkAddress } from "../../../src/sys/kernel/network-address.ts";
import { describeRoute } from "../../../src/sys/kernel/network-route.ts";

const ipv6 = (...groups: readonly number[]): Uint8Array => new Uint8Array(groups.flatMap((group) => [group >> 8, group & 0xff]));

test.each([
  [new Uint8Array([10, 0, 255, 1]), "10.0.255.1"],
  [ipv6(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1), "2001:db8::1"],
  [ipv6(0, 0, 0, 0, 0, 0, 0, 0), "::"],
  [ipv6(0, 0, 0, 0, 0, 0, 0, 1), "::1"],
  [ipv6(0xfe80, 0, 0, 0, 0, 0, 0, 0), "fe80::"],
  [ipv6(0x10, 0, 0, 2, 0, 0, 0, 0x30), "10:0:0:2::30"],
  [ipv6(1, 0, 3, 4, 5, 6, 7, 8), "1:0:3:4:5:6:7:8"],
  [ipv6(1, 0x100, 0, 0, 5, 0, 0, 8), "1:100::5:0:0:8"],
])("an address in words: %p", (bytes, words) => {
  expect(describeIp(bytes)).toBe(words);
});

function withLifetimes(preferred: number, valid: number): NetworkAddress {
  const info = new Uint8Array(16);
  put32(info, 0, preferred);
  put32(info, 4, valid);
  return {
    family: 2,
    prefixLength: 24,
    scope: 0,
    flags: 0,
    attributes: new Map([
      [1, new Uint8Array([10, 1, 1, 0])],
      [2, new Uint8Array([10, 1, 1, 2])],
      [6, info],
    ]),
  };
}

test.each([
  [100, 200, 60, [40, 140]],
  [100, 200, 150, [0, 50]],
  [0xffff_ffff, 0xffff_ffff, 60, [0xffff_ffff, 0xffff_ffff]],
  [100, 200, 200, undefined],
])("an address that is preferred for %d and valid for %d seconds, %d seconds later", (preferred, valid, seconds, left) => {
  const info = aged(withLifetimes(preferred, valid), seconds)?.attributes.get(6);
  expect(info === undefined ? undefined : [u32(info, 0), u32(info, 4)]).toEqual(left);
});

test("a container gets permanent addresses of global scope, without label and lifetimes", () => {
  const address = withLifetimes(0xffff_ffff, 0xffff_ffff);
  const labelled = { ...address, flags: 0x80, attributes: new Map([...address.attributes, [3, new Uint8Array([97, 0])]]) };
  expect(lastingAddresses([address, { ...labelled, scope: 253 }, labelled]).map(({ attributes }) => [...attributes.keys()])).toEqual([
    [2, 1],
  ]);
});

test("an address and a route in words", () => {
  expect(describeAddress(withLifetimes(1, 1))).toBe("10.1.1.2/24");
  const head = new Uint8Array([2, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const route = { head, expires: undefined, nexthop: undefined };
  const table = (number: number): [number, Uint8Array] => [15, new Uint8Array([number, 0, 0, 0])];
  expect(describeRoute({ ...route, attributes: new Map([table(254), [5, new Uint8Array([10, 1, 1, 1])]]) })).toBe("default via 10.1.1.1");
  expect(describeRoute({ ...route, attributes: new Map([table(100), [1, new Uint8Array([10, 0, 0, 0])]]) })).toBe("10.0.0.0/8 table 100");
});
