import { z } from "zod";
import { runFile } from "./run-schema.ts";

/** `run.json` as JSON Schema (draft 2020-12), for readers in other languages: the text of `docs/run.schema.json`. */
export function runJsonSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(runFile, { io: "input" }), null, 2)}\n`;
}
