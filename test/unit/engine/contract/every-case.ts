/** The contract that both engines keep (src/engine/host.ts). */
import { bytesCases } from "./bytes.ts";
import type { Case } from "./case.ts";
import { fieldsCases } from "./fields.ts";
import { fileCases } from "./file.ts";
import { foreignCases } from "./foreign.ts";
import { kernelCases } from "./kernel.ts";
import { languageCases } from "./language.ts";
import { memoryCases } from "./memory.ts";
import { packCases } from "./pack.ts";
import { processCases } from "./process.ts";
import { textCases } from "./text.ts";

export const EVERY_CASE: readonly Case[] = [
  ...textCases,
  ...bytesCases,
  ...fieldsCases,
  ...packCases,
  ...kernelCases,
  ...fileCases,
  ...memoryCases,
  ...foreignCases,
  ...processCases,
  ...languageCases,
].map(({ title, run }) => ({ title, run }));
