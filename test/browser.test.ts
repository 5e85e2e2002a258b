import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/** Every module that a compiled entry file reaches, by its specifier, static and dynamic imports alike. */
function reached(entry: string): Set<string> {
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (!file.startsWith("dist/")) continue;
    for (const [, name] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g))
      open.push(name!.startsWith(".") ? join(dirname(file), name!) : name!);
  }
  return seen;
}

test("browser.ts reaches no node: module, no native runtime and no sharp", () => {
  const outside = [...reached("dist/src/browser.js")].filter((name) => !name.startsWith("dist/"));
  expect(outside.filter((name) => /^node:|^onnxruntime-node$|^sharp$/.test(name))).toEqual([]);
  expect(outside).toContain("onnxruntime-web");
});

test("testing.ts reaches no test runner and no runtime: whoever imports it brings both", () => {
  const outside = [...reached("dist/src/testing.js")].filter((name) => !name.startsWith("dist/"));
  expect(outside).toEqual([]);
});
