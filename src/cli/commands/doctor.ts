import { Command } from "commander";
import { doctor } from "../../workflow/doctor.ts";
import type { CommonOptions, Face } from "../face.ts";
import { action, addCommonOptions } from "../options.ts";

/** `rootstock doctor` */
export function doctorCommand(face: Face): Command {
  return addCommonOptions(new Command("doctor"))
    .summary("say what this machine and installation can do")
    .action(
      action(face, async (options: CommonOptions) => {
        const findings = await doctor();
        if (options.json === true) face.json(findings);
        else
          for (const { name, isOk, detail } of findings.checks)
            face.print(`${isOk ? "ok  " : "miss"}  ${name}: ${detail}`);
        if (!findings.isOk) face.exitWith(1);
      }),
    );
}
