// Generated from schemas/ by `npm run generate`; never edited by hand.
const object = (v: any): boolean => typeof v === "object" && v !== null && !Array.isArray(v);
const strings = (v: any): boolean => {
  if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) if (typeof v[i] !== "string") return false;
  return true;
};
const LayersOrigin = (v: any): boolean => object(v)
  && typeof v.image === "string"
  && typeof v.manifest === "string";
const LayersDriver = (v: any): boolean => (v === "overlay" || v === "fuse-overlayfs" || v === "vfs" || v === "btrfs" || v === "aufs" || v === "zfs" || v === "devicemapper");
const LayersOptions = (v: any): boolean => object(v)
  && (v.readonly === undefined || typeof v.readonly === "boolean")
  && (v.volatile === undefined || typeof v.volatile === "boolean")
  && (v.idmap === undefined || typeof v.idmap === "boolean");
export const isLayers = (v: any): boolean => object(v)
  && (v.schemaVersion === 1)
  && (v.image === undefined || typeof v.image === "string")
  && (v.layers === undefined || strings(v.layers))
  && (v.upper === undefined || typeof v.upper === "string")
  && (v.from === undefined || LayersOrigin(v.from))
  && (v.driver === undefined || LayersDriver(v.driver))
  && (v.options === undefined || LayersOptions(v.options));
