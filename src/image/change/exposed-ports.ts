/** Ports as EXPOSE has them: `80`, `53/udp`, `8000-8010`, and with a host's side, `127.0.0.1:8080:80`, of which nothing is kept. Pure. */
import { refusedChange } from "./refused-change.ts";

const PROTOCOLS: readonly string[] = ["tcp", "udp", "sctp"];

/** As an image's configuration names them. */
export function portsIn(word: string, line: string): string[] {
  const parts = word.split(":");
  const container = parts.pop() ?? "";
  const host = parts.pop() ?? "";
  const [range = "", protocol = "", ...more] = container.split("/");
  const ports = rangeOf(range);
  const published = host === "" ? ports : rangeOf(host);
  const name = (protocol || "tcp").toLowerCase();
  const isSound = more.length === 0 && PROTOCOLS.includes(name) && isAddress(parts.join(":"));
  if (!isSound || ports === undefined || published === undefined || !isFitting(ports, published)) {
    throw refusedChange(line, "ports are accepted as in 80, 53/udp or 8000-8010/tcp");
  }
  return Array.from({ length: ports.last - ports.first + 1 }, (_, i) => `${ports.first + i}/${name}`);
}

interface Range {
  readonly first: number;
  readonly last: number;
}

function rangeOf(text: string): Range | undefined {
  const [, first = "", last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const range = { first: Number(first), last: Number(last) };
  return first !== "" && range.last <= 65535 && range.first <= range.last ? range : undefined;
}

/** Several ports go to as many; one goes to any of several. */
function isFitting(ports: Range, published: Range): boolean {
  return ports.first === ports.last || ports.last - ports.first === published.last - published.first;
}

function isAddress(text: string): boolean {
  return text === "" || /^(?:\d{1,3}\.){3}\d{1,3}$/.test(text) || /^\[?[0-9a-f:.]*:[0-9a-f:.]*\]?$/i.test(text);
}
