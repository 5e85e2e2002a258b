import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ErrorCode, errorCodes } from "../src/base/errors.ts";

/** Codes that no test names, each with the reason. */
const untested: Partial<Record<ErrorCode, string>> = {
  E_FEATURES: "never raised; codes are not removed",
};

/** The text of every test and of what tests share. */
const tests = ["src", "test"]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  )
  .filter((path) => (path.startsWith("test") ? path.endsWith(".ts") : path.endsWith(".test.ts")))
  .filter((path) => !path.endsWith("error-codes.test.ts"))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

test("every error code is named by a test, or listed with the reason why not", () => {
  const isNamed = (code: string): boolean => new RegExp(`\\b${code}\\b`).test(tests);
  const codes = Object.keys(errorCodes) as ErrorCode[];
  expect(codes.filter((code) => !isNamed(code))).toEqual(Object.keys(untested));
});
