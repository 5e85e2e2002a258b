import { Command } from "commander";
import { errorCodes } from "../../base/errors.ts";
import { verify } from "../../workflow/verify.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";

/** `rootstock verify <model>` */
export function verifyCommand(face: Face): Command {
  return addCommonOptions(new Command("verify"))
    .summary("prove a model folder: every file's hash, and the golden images on every runtime here")
    .argument("<model>", "model folder")
    .action(
      action(face, async (model: string, options: CommonOptions) => {
        const { verify: words } = face.words.results;
        const result = await face.follow(verify(model, { signal: face.signal }), options);
        if (options.json === true) face.json(result);
        else
          face.print(
            ...result.faults.map(words.original),
            result.isMet ? words.met(model, result.engines) : words.notMet(model),
          );
        if (!result.isMet) face.exitWith(errorCodes.E_VERIFY);
      }),
    );
}
