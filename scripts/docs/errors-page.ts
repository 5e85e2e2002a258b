import { errorMeanings } from "../../src/base/error-meanings.ts";
import { type ErrorCode, errorCodes } from "../../src/base/errors.ts";

const chapters: readonly [exit: number, title: string][] = [
  [2, "Usage: exit code 2"],
  [3, "Data: exit code 3"],
  [4, "A gate or a verification not met: exit code 4"],
  [1, "Anything else: exit code 1"],
  [130, "Stopped: exit code 130"],
];

/** docs/errors.md: every code with its meaning, its exit code and the next step, from the tables in `src/base/`. */
export function errorsPage(): string {
  return [
    "# Errors",
    "",
    "Every error says what was expected, what was found and where, and what to do next. Its code is stable: scripts may",
    "branch on it. In the library it is `error.code` of a `RootstockError`; with `--json` a failed command prints",
    '`{ "error": { "code", "message", "hint" } }` on stdout. The same codes name skipped pictures and warnings, which',
    "stop nothing. Warnings of the work itself have codes that begin with `W_`.",
    "",
    ...chapters.flatMap(([exit, title]) => [`## ${title}`, "", ...tableOf(exit), ""]),
  ].join("\n");
}

function tableOf(exit: number): string[] {
  const codes = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => errorCodes[code] === exit);
  return [
    "| code | what it means | next step |",
    "| --- | --- | --- |",
    ...codes.map((code) => `| \`${code}\` | ${errorMeanings[code].means} | ${errorMeanings[code].next} |`),
  ];
}
