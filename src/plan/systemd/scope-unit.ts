/** `linux.cgroupsPath` of the form `slice:prefix:name` → the unit that the container is to systemd, and where its cgroup is. Pure. */
import { RuntimeError } from "../../base/errors.ts";

export interface ScopeInput {
  readonly id: string;
  readonly cgroupsPath: string | undefined;
  /** By the user's systemd. */
  readonly isUser: boolean;
}

export interface ScopeUnit {
  /** `docker-4f1c.scope`. */
  readonly name: string;
  /** `system.slice`. */
  readonly slice: string;
  /** Below the cgroup of the systemd that it belongs to: `/a.slice/a-b.slice/docker-4f1c.scope`. */
  readonly path: string;
}

/** What a container is called whose config.json does not say it: `lamina-ID.scope`. */
const DEFAULT_PREFIX = "lamina";

const SUFFIX = ".scope";
const SLICE = ".slice";
/** UNIT_NAME_MAX of systemd, which counts a NUL as well. */
const LONGEST_NAME = 255;
const LETTERS = /^[A-Za-z0-9:_.\\@-]+$/;

/** As in runc: an empty slice is the manager's default one, and an empty prefix stays one. */
export function planScopeUnit({ id, cgroupsPath = "", isUser }: ScopeInput): ScopeUnit {
  const [slice = "", prefix = "", name = "", ...more] = cgroupsPath === "" ? ["", DEFAULT_PREFIX, id] : cgroupsPath.split(":");
  if (cgroupsPath !== "" && (more.length > 0 || cgroupsPath.split(":").length !== 3)) {
    throw refuse(cgroupsPath, `expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups`, FORM_HINT);
  }
  const unit = `${prefix}-${name}${SUFFIX}`;
  if (name.endsWith(SLICE)) throw refuse(cgroupsPath, `${name} is a slice, which holds other units and no process`, FORM_HINT);
  if (!LETTERS.test(unit) || unit.length > LONGEST_NAME) {
    throw refuse(cgroupsPath, `${JSON.stringify(unit)} is not the name of a unit`, "letters, digits and :_.\\@- are allowed, 255 in all");
  }
  const ofUnit = slice === "" ? (isUser ? "user.slice" : "system.slice") : slice;
  return { name: unit, slice: ofUnit, path: `${slicePath(ofUnit, cgroupsPath)}/${unit}` };
}

const FORM_HINT = "for example: system.slice:lamina:NAME; a path such as /lamina/NAME is for containers without --systemd-cgroup";

/** `a-b.slice` lies in `a.slice`, and `-.slice` is the root (systemd.slice(5)). */
function slicePath(slice: string, cgroupsPath: string): string {
  if (slice === `-${SLICE}`) return "";
  const parts = slice.slice(0, -SLICE.length).split("-");
  if (!slice.endsWith(SLICE) || !LETTERS.test(slice) || slice.length > LONGEST_NAME || parts.includes("")) {
    throw refuse(
      cgroupsPath,
      `invalid slice name: ${slice}`,
      "the name of a slice ends with .slice, and has no dash at either end or beside another",
    );
  }
  return parts.map((_, i) => `/${parts.slice(0, i + 1).join("-")}${SLICE}`).join("");
}

function refuse(path: string, reason: string, hint: string): RuntimeError {
  return new RuntimeError("config", `cannot place the container in ${JSON.stringify(path)}: ${reason}`, {
    pointer: path === "" ? "" : "/linux/cgroupsPath",
    hint,
  });
}
