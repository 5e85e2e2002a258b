// Writes docs/run.schema.json from the schema that run.json is read through. Build, then: node dist/scripts/write-run-schema.js
import { writeFileSync } from "node:fs";
import { runJsonSchema } from "../src/runs/run-json-schema.ts";

writeFileSync("docs/run.schema.json", runJsonSchema());
