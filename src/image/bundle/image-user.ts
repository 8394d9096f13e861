/** `Config.User` of an image → ids, by the image's own /etc/passwd and /etc/group (image-spec, conversion.md). Pure. */
import { RuntimeError } from "../../base/errors.ts";

export interface UserIds {
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids?: readonly number[];
}

/** Text of a file of the image, or undefined if there is none. Called only when it is needed. */
export type ReadImageFile = (path: string) => string | undefined;

const LARGEST_ID = 0xffff_fffe;

/**
 * `user`, `uid`, `user:group`, `uid:gid` and the mixed forms; an empty part is as good as none. Numbers are taken as they are, whether the image
 * knows them or not. Without a group it is the user's own, or 0, and those of /etc/group that name the user come as well (image-spec, config.md,
 * User). Throws "not-found" for an unknown name.
 */
export function resolveUser(text: string | undefined, readFile: ReadImageFile): UserIds {
  const [name = "", group = ""] = splitOnce(text ?? "");
  if (name === "") return { uid: 0, gid: group === "" ? 0 : resolveGroup(group, text ?? "", readFile) };
  const number = idOf(name, text ?? "");
  if (number !== undefined && group !== "") return { uid: number, gid: resolveGroup(group, text ?? "", readFile) };
  const user = first(accountsIn(readFile("/etc/passwd")), (one) => (number === undefined ? one.name === name : one.uid === number));
  if (number === undefined && user === undefined) throw unknown("user", name, text ?? "", "/etc/passwd");
  const uid = number ?? user?.uid ?? 0;
  if (group !== "") return { uid, gid: resolveGroup(group, text ?? "", readFile) };
  return user === undefined ? { uid, gid: 0 } : { uid, ...groupsOf(user, readFile) };
}

/** At the first colon. */
function splitOnce(text: string): string[] {
  const colon = text.indexOf(":");
  return colon < 0 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function groupsOf({ name, gid }: Account, readFile: ReadImageFile): Pick<UserIds, "gid" | "additionalGids"> {
  const more = new Set<number>();
  for (const group of groupsIn(readFile("/etc/group"))) {
    if (group.gid !== gid && group.members.split(",").includes(name)) more.add(group.gid);
  }
  return more.size === 0 ? { gid } : { gid, additionalGids: [...more] };
}

function resolveGroup(group: string, text: string, readFile: ReadImageFile): number {
  const number = idOf(group, text);
  if (number !== undefined) return number;
  const found = first(groupsIn(readFile("/etc/group")), ({ name }) => name === group);
  if (found === undefined) throw unknown("group", group, text, "/etc/group");
  return found.gid;
}

function idOf(word: string, text: string): number | undefined {
  if (!/^\d+$/.test(word)) return undefined;
  if (Number(word) <= LARGEST_ID) return Number(word);
  throw new RuntimeError("config", `cannot use user ${JSON.stringify(text)}: ids are at most ${LARGEST_ID}`);
}

function unknown(kind: string, name: string, text: string, file: string): RuntimeError {
  const reason = `the image's ${file} has no ${kind} ${JSON.stringify(name)}`;
  return new RuntimeError("not-found", `cannot use user ${JSON.stringify(text)}: ${reason}`, { hint: "numbers need no entry" });
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** passwd(5); lines that are none are passed over, as the C library does. */
function* accountsIn(passwd: string | undefined): Generator<Account> {
  for (const line of linesOf(passwd)) {
    const [name = "", , uid = "", gid = ""] = line.split(":", 4);
    if (isId(uid) && isId(gid)) yield { name, uid: Number(uid), gid: Number(gid) };
  }
}

interface Group {
  readonly name: string;
  readonly gid: number;
  readonly members: string;
}

/** group(5). */
function* groupsIn(group: string | undefined): Generator<Group> {
  for (const line of linesOf(group)) {
    const [name = "", , gid = "", members = ""] = line.split(":", 4);
    if (isId(gid)) yield { name, gid: Number(gid), members };
  }
}

/** One at a time: a file of the image may have millions. */
function* linesOf(text = ""): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    if (end > at) yield text.slice(at, end);
    at = end + 1;
  }
}

function first<T>(all: Iterable<T>, isWanted: (one: T) => boolean): T | undefined {
  for (const one of all) if (isWanted(one)) return one;
  return undefined;
}

function isId(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_ID;
}
