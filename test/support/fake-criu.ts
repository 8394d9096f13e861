/** In the place of criu: writes down what it is asked, and answers what replies.json has for the first bytes of the request. */
import { appendFileSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

const [verb, number = ""] = process.argv.slice(2);
if (verb !== "swrk") throw new Error(`criu ${verb} is not known here`);
const socket = Number(number);
const buffer = Buffer.alloc(65536);
const request = buffer.subarray(0, readSync(socket, buffer)).toString("hex");
appendFileSync(join(import.meta.dirname, "requests"), `${request}\n`);
const replies: Record<string, string> = JSON.parse(readFileSync(join(import.meta.dirname, "replies.json"), "utf8"));
const reply = Object.entries(replies).find(([begin]) => request.startsWith(begin))?.[1];
if (reply === undefined) process.exit(3);
writeSync(socket, Buffer.from(reply, "hex"));
