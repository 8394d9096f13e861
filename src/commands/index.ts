/** The registry: every command, and where its code is. */
import * as bundle from "./bundle/bundle.ts";
import * as check from "./bundle/check.ts";
import * as explain from "./bundle/explain.ts";
import * as spec from "./bundle/spec.ts";
import * as checkpoint from "./container/checkpoint.ts";
import * as create from "./container/create.ts";
import * as remove from "./container/delete.ts";
import * as events from "./container/events.ts";
import * as exec from "./container/exec.ts";
import * as kill from "./container/kill.ts";
import * as list from "./container/list.ts";
import * as pause from "./container/pause.ts";
import * as ps from "./container/ps.ts";
import * as restore from "./container/restore.ts";
import * as resume from "./container/resume.ts";
import * as run from "./container/run.ts";
import * as start from "./container/start.ts";
import * as state from "./container/state.ts";
import * as update from "./container/update.ts";
import * as features from "./features.ts";
import * as imageDf from "./image/df.ts";
import * as imageExport from "./image/export.ts";
import * as imageGc from "./image/gc.ts";
import * as imageHistory from "./image/history.ts";
import * as imageImport from "./image/import.ts";
import * as imageInspect from "./image/inspect.ts";
import * as imageList from "./image/list.ts";
import * as imagePull from "./image/pull.ts";
import * as imagePush from "./image/push.ts";
import * as imageRm from "./image/rm.ts";
import * as imageTag from "./image/tag.ts";
import * as imageTree from "./image/tree.ts";
import * as imageVerify from "./image/verify.ts";
import * as commit from "./layers/commit.ts";
import * as diff from "./layers/diff.ts";
import * as exporting from "./layers/export.ts";
import * as completion from "./line/completion.ts";
import { type CommandTable, command } from "./line/table.ts";
import type { GroupRow } from "./line/table-row.ts";
import * as volumeList from "./volume/list.ts";
import * as volumeRm from "./volume/rm.ts";

const GROUPS = {
  image: {
    summary: "images and their layers",
    details: "Root filesystems as stacks of layers, in a store that is an OCI image layout.",
  },
  volume: {
    summary: "directories that outlive containers",
    details: "Named volumes, created by `run --image --volume NAME:/DIR`. Their files are in no layer and belong to no container.",
  },
} as const satisfies Readonly<Record<string, GroupRow>>;

/** In the order of help. */
export const TABLE: CommandTable = {
  groups: GROUPS,
  commands: {
    create: command(create),
    start: command(start),
    run: command(run),
    exec: command(exec),
    state: command(state),
    kill: command(kill),
    delete: command(remove),
    pause: command(pause),
    resume: command(resume),
    checkpoint: command(checkpoint),
    restore: command(restore),
    update: command(update),
    events: command(events),
    ps: command(ps),
    list: command(list),
    spec: command(spec),
    bundle: command(bundle),
    diff: command(diff),
    export: command(exporting),
    commit: command(commit),
    explain: command(explain),
    check: command(check),
    features: command(features),
    completion: command({ ROW: completion.ROW, run: completion.completing(() => TABLE) }),
    "image import": command(imageImport),
    "image export": command(imageExport),
    "image pull": command(imagePull),
    "image push": command(imagePush),
    "image list": command(imageList),
    "image tag": command(imageTag),
    "image rm": command(imageRm),
    "image inspect": command(imageInspect),
    "image history": command(imageHistory),
    "image tree": command(imageTree),
    "image df": command(imageDf),
    "image gc": command(imageGc),
    "image verify": command(imageVerify),
    "volume list": command(volumeList),
    "volume rm": command(volumeRm),
  },
};
