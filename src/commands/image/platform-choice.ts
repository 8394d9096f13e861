/** --platform and --all-platforms: of an image for several platforms one, or all. */
import { RuntimeError } from "../../base/errors.ts";
import { type Platform, parsePlatform } from "../../image/format/platform.ts";

interface Choice {
  readonly platform: string | undefined;
  readonly allPlatforms: boolean;
}

export function choosePlatform({ platform, allPlatforms }: Choice): {
  readonly platform: Platform | undefined;
  readonly allPlatforms: boolean;
} {
  if (platform !== undefined && allPlatforms)
    throw new RuntimeError("usage", "cannot take one platform and all of them: leave one of the options out");
  return { platform: platform === undefined ? undefined : parsePlatform(platform), allPlatforms };
}
