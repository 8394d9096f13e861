// Generated from schemas/ by `npm run generate`; never edited by hand.
const object = (v: any): boolean => typeof v === "object" && v !== null && !Array.isArray(v);
const integer = (v: any, min: number, max: number): boolean => Number.isInteger(v) && v >= min && v <= max;
const list = (v: any, check: (item: any) => boolean): boolean => {
  if (!Array.isArray(v)) return false;
  for (let i = 0; i < v.length; i++) if (!check(v[i])) return false;
  return true;
};
const map = (v: any, check: (item: any) => boolean): boolean => {
  if (!object(v)) return false;
  for (const key in v) if (!check(v[key])) return false;
  return true;
};
const Resources = (v: any): boolean => object(v)
  && (v.devices === undefined || list(v.devices, DeviceRule))
  && (v.memory === undefined || Memory(v.memory))
  && (v.cpu === undefined || Cpu(v.cpu))
  && (v.pids === undefined || Pids(v.pids))
  && (v.blockIO === undefined || BlockIo(v.blockIO))
  && (v.hugepageLimits === undefined || list(v.hugepageLimits, HugepageLimit))
  && (v.network === undefined || Network(v.network))
  && (v.rdma === undefined || map(v.rdma, Rdma))
  && (v.unified === undefined || map(v.unified, (item) => typeof item === "string"));
const DeviceRule = (v: any): boolean => object(v)
  && typeof v.allow === "boolean"
  && (v.type === undefined || DeviceRuleType(v.type))
  && (v.major === undefined || integer(v.major, -1, 2147483647))
  && (v.minor === undefined || integer(v.minor, -1, 2147483647))
  && (v.access === undefined || (typeof v.access === "string" && /^[rwm]*$/.test(v.access)));
const Memory = (v: any): boolean => object(v)
  && (v.limit === undefined || Limit(v.limit))
  && (v.reservation === undefined || Limit(v.reservation))
  && (v.swap === undefined || Limit(v.swap))
  && (v.kernel === undefined || Limit(v.kernel))
  && (v.kernelTCP === undefined || Limit(v.kernelTCP))
  && (v.swappiness === undefined || integer(v.swappiness, 0, 100))
  && (v.disableOOMKiller === undefined || typeof v.disableOOMKiller === "boolean")
  && (v.useHierarchy === undefined || typeof v.useHierarchy === "boolean")
  && (v.checkBeforeUpdate === undefined || typeof v.checkBeforeUpdate === "boolean");
const Cpu = (v: any): boolean => object(v)
  && (v.shares === undefined || Uint64(v.shares))
  && (v.quota === undefined || Int64(v.quota))
  && (v.burst === undefined || Uint64(v.burst))
  && (v.period === undefined || Uint64(v.period))
  && (v.realtimeRuntime === undefined || Limit(v.realtimeRuntime))
  && (v.realtimePeriod === undefined || Uint64(v.realtimePeriod))
  && (v.cpus === undefined || typeof v.cpus === "string")
  && (v.mems === undefined || typeof v.mems === "string")
  && (v.idle === undefined || integer(v.idle, 0, 1));
const Pids = (v: any): boolean => object(v)
  && (v.limit === undefined || Int64(v.limit));
const BlockIo = (v: any): boolean => object(v)
  && (v.weight === undefined || Uint16(v.weight))
  && (v.leafWeight === undefined || Uint16(v.leafWeight))
  && (v.weightDevice === undefined || list(v.weightDevice, WeightDevice))
  && (v.throttleReadBpsDevice === undefined || list(v.throttleReadBpsDevice, ThrottleDevice))
  && (v.throttleWriteBpsDevice === undefined || list(v.throttleWriteBpsDevice, ThrottleDevice))
  && (v.throttleReadIOPSDevice === undefined || list(v.throttleReadIOPSDevice, ThrottleDevice))
  && (v.throttleWriteIOPSDevice === undefined || list(v.throttleWriteIOPSDevice, ThrottleDevice));
const HugepageLimit = (v: any): boolean => object(v)
  && (typeof v.pageSize === "string" && /^[1-9][0-9]*[KMG]B$/.test(v.pageSize))
  && Uint64(v.limit);
const Network = (v: any): boolean => object(v)
  && (v.classID === undefined || Uint32(v.classID))
  && (v.priorities === undefined || list(v.priorities, InterfacePriority));
const Rdma = (v: any): boolean => object(v)
  && (v.hcaHandles === undefined || Uint32(v.hcaHandles))
  && (v.hcaObjects === undefined || Uint32(v.hcaObjects));
const DeviceRuleType = (v: any): boolean => (v === "a" || v === "b" || v === "c" || v === "");
const Limit = (v: any): boolean => (Number.isSafeInteger(v) ? v >= -1 : typeof v === "bigint" && v >= -1n && v <= 9223372036854775807n);
const Uint64 = (v: any): boolean => (Number.isSafeInteger(v) ? v >= 0 : typeof v === "bigint" && v >= 0n && v <= 18446744073709551615n);
const Int64 = (v: any): boolean => (Number.isSafeInteger(v) ? v >= -9223372036854776000 : typeof v === "bigint" && v >= -9223372036854775808n && v <= 9223372036854775807n);
const Uint16 = (v: any): boolean => integer(v, 0, 65535);
const WeightDevice = (v: any): boolean => object(v)
  && DeviceMajor(v.major)
  && DeviceMinor(v.minor)
  && (v.weight === undefined || Uint16(v.weight))
  && (v.leafWeight === undefined || Uint16(v.leafWeight));
const ThrottleDevice = (v: any): boolean => object(v)
  && DeviceMajor(v.major)
  && DeviceMinor(v.minor)
  && Uint64(v.rate);
const Uint32 = (v: any): boolean => integer(v, 0, 4294967295);
const InterfacePriority = (v: any): boolean => object(v)
  && typeof v.name === "string"
  && Uint32(v.priority);
const DeviceMajor = (v: any): boolean => integer(v, 0, 4095);
const DeviceMinor = (v: any): boolean => integer(v, 0, 1048575);
export const isResources = (v: any): boolean => Resources(v);
