/** The machine that an image is for, as images name it: linux/amd64, linux/arm/v7. Pure. */
import { RuntimeError } from "../../base/errors.ts";
import { machine } from "../../sys/call/machine.ts";
import { shownValue, takeObject, takeOptionalText } from "./json-shape.ts";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Go's names, which images use, for the kernel's. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };

export function hostPlatform(): Platform {
  return { os: "linux", architecture: ARCHITECTURES[machine] ?? machine };
}

/** What one part of a platform may be. All that are in use are much shorter, and each is copied into index.json. */
const PART = /^[A-Za-z0-9._-]{1,64}$/;

/** `os/architecture` or `os/architecture/variant`. */
export function parsePlatform(text: string): Platform {
  const [os = "", architecture = "", variant, ...rest] = text.split("/");
  if (![os, architecture, ...(variant === undefined ? [] : [variant])].every((part) => PART.test(part)) || rest.length > 0) {
    const hint = "os/architecture or os/architecture/variant is accepted, as in linux/arm64/v8";
    throw new RuntimeError("usage", `cannot use ${JSON.stringify(text)} as platform: it is none`, { hint });
  }
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** What kernels and compilers call machines, for what images call them; some builders mix the two. */
const OTHER_NAMES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ["amd64"],
  "x86-64": ["amd64"],
  i386: ["386"],
  i686: ["386"],
  aarch64: ["arm64"],
  armhf: ["arm", "v7"],
  armel: ["arm", "v6"],
};

/** undefined if it names no machine. A part that is missing is that of this machine: old builders wrote none. */
export function parsePlatformObject(value: unknown, where: string): Platform | undefined {
  if (value === undefined || value === null) return undefined;
  const object = takeObject(value, where);
  const [os, told] = [takePart(object.os, `${where}/os`), takePart(object.architecture, `${where}/architecture`)];
  if (os === undefined && told === undefined) return undefined;
  const here = hostPlatform();
  const name = told?.toLowerCase() ?? here.architecture;
  const [architecture, implied] = (Object.hasOwn(OTHER_NAMES, name) && OTHER_NAMES[name]) || [told ?? name];
  const variant = takePart(object.variant, `${where}/variant`) ?? implied;
  return { os: os?.toLowerCase() ?? here.os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function takePart(value: unknown, where: string): string | undefined {
  const part = takeOptionalText(value, where);
  if (part === undefined || PART.test(part)) return part;
  throw new RuntimeError("integrity", `cannot read ${where}: it is ${shownValue(part)}, which is no part of a platform`, {
    hint: "up to 64 letters, digits and . _ - are accepted, as in amd64",
  });
}

export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

/** True if an image for `offered` is what `wanted` asks for. A variant that was not asked for may be any. */
export function isMatch(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return wanted.variant === undefined || variantOf(offered) === variantOf(wanted);
}

/** 64-bit ARM has one variant, which most do not write down. */
function variantOf({ architecture, variant }: Platform): string | undefined {
  return architecture === "arm64" && variant === "v8" ? undefined : variant;
}
