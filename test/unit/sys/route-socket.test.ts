import { expect, test } from "bun:test";
import { put32, u16 } from "../../../src/base/bytes.ts";
import { lastingAddresses, listAddresses } from "../../../src/sys/kernel/network-address.ts";
import { listDevices } from "../../../src/sys/kernel/network-device.ts";
import { name, parseAttributes, RouteSocket, withAttributes, word } from "../../../src/sys/kernel/route-socket.ts";

test("attributes are padded to words, and read as they were written", () => {
  const head = new Uint8Array(8);
  put32(head, 4, 7);
  const given = new Map([
    [3, name("eth0")],
    [28, word(5)],
    [0x8000 | 9, new Uint8Array()],
  ]);
  const bytes = withAttributes(head, given);
  expect([bytes.length, u16(bytes, 8), u16(bytes, 10)]).toEqual([8 + 12 + 8 + 4, 9, 3]);
  expect([...parseAttributes(bytes, 8)]).toEqual([
    [3, new Uint8Array([101, 116, 104, 48, 0])],
    [28, new Uint8Array([5, 0, 0, 0])],
    [9, new Uint8Array()],
  ]);
});

test.each([
  ["that is cut", [8, 0, 1, 0, 1, 2]],
  ["shorter than its header", [3, 0, 1, 0]],
])("an attribute %s ends the list", (_, bytes) => {
  expect([...parseAttributes(new Uint8Array(bytes), 0)]).toEqual([]);
});

test("the loopback device is listed, and has no address that somebody gave it", () => {
  using socket = RouteSocket.open();
  const loopback = listDevices(socket).find(({ name: text }) => text === "lo");
  expect([loopback?.index, loopback?.isFixed]).toEqual([1, true]);
  expect(lastingAddresses(listAddresses(socket, 1)).filter(({ family }) => family === 10)).toEqual([]);
});

test("the kernel's refusal is told with its reason", () => {
  using socket = RouteSocket.open();
  const body = new Uint8Array(16);
  put32(body, 4, 0x7fff_ffff);
  expect(() => socket.change({ type: 17 /* RTM_DELLINK */, body }, "remove a device")).toThrow(
    /^cannot remove a device: (no such device|operation not permitted)/,
  );
});
