import { Command } from "commander";
import { doctor } from "../../workflow/doctor.ts";
import type { CommonOptions, Face } from "../face.ts";
import { inWords } from "../../words/fact.ts";
import { action, addCommonOptions } from "../options.ts";

/** `rootstock doctor` */
export function doctorCommand(face: Face): Command {
  return addCommonOptions(new Command("doctor"))
    .summary("say what this machine and installation can do")
    .action(
      action(face, async (options: CommonOptions) => {
        const { doctor: words } = face.words.results;
        const findings = await doctor();
        if (options.json === true) face.json(findings);
        else
          for (const { name, isOk, detail, fact } of findings.checks)
            face.print(
              `${isOk ? words.ok : words.miss}  ${words.line(name, inWords({ message: detail, fact }, face.words))}`,
            );
        if (!findings.isOk) face.exitWith(1);
      }),
    );
}
