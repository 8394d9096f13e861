import { expect, test } from "bun:test";
import { planSysctl, sysctlPath } from "../../../../src/plan/namespaces/sysctl.ts";

test.each([
  ["dots separate", "net.ipv4.ip_forward", "net/ipv4/ip_forward"],
  ["after a dot, a slash is a dot of the name", "net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding"],
  ["when the first separator is a slash, dots belong to names", "net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding"],
  ["one word stays", "kernel", "kernel"],
])("%s", (_, key, path) => {
  expect(sysctlPath(key)).toBe(path);
});

test("the origin is a JSON pointer even for a key with slashes and tildes", () => {
  const [planned] = planSysctl({ ociVersion: "1.3.0", linux: { sysctl: { "net/ipv4/a~b": "1" } } });
  expect(planned).toEqual({ origin: "/linux/sysctl/net~1ipv4~1a~0b", step: { op: "writeProc", file: "sys/net/ipv4/a~b", text: "1" } });
});
