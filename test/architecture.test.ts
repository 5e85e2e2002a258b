import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

/** A room imports itself and rooms on lower floors, never up, never sideways. */
const floors = [
  ["base"],
  ["files", "words"],
  ["image", "graph"],
  ["data", "engine", "autodiff", "ledger"],
  ["backbones", "evaluate"],
  ["features", "training"],
  ["classifiers", "runs"],
  ["finetune", "adapt", "jobs"],
  ["recipes", "bundle", "report"],
  ["workflow"],
  ["cli", "server", "studio"],
];
const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor] as const)));

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map((path) => ({
    path,
    room: path.split("/")[0]!,
    imports: importsOf(readFileSync(join("src", path), "utf8"), path),
  }));

/** Templates are taken out first: code that the product writes for its users is not its own. */
function importsOf(text: string, path: string): string[] {
  const own = text.replaceAll(/`(?:\\.|[^`\\])*`/gs, "``");
  const specifiers = [...own.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
  return specifiers.map((name) =>
    name.startsWith(".") ? relative("src", join("src", dirname(path), name)) : name,
  );
}

test("every file lies in a room that has a floor", () => {
  const homeless = sources.filter(({ path, room }) => path.includes("/") && !floorOf.has(room));
  expect(homeless.map(({ path }) => path)).toEqual([]);
});

test("imports go down: never up, never sideways", () => {
  const wrong = sources.flatMap(({ path, room, imports }) =>
    imports
      .filter((target) => target.includes("/") && floorOf.has(target.split("/")[0]!))
      .filter(
        (target) =>
          target.split("/")[0] !== room && floorOf.get(target.split("/")[0]!)! >= (floorOf.get(room) ?? 99),
      )
      .map((target) => `${path} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** Rooms that people and programs meet; what they may know is what the floor below them tells. */
const faces = new Set(["cli", "server", "studio"]);

test("a face imports itself, workflow/, words/ and base/, types included, and nothing else of the house", () => {
  const wrong = sources
    .filter(({ room }) => faces.has(room))
    .flatMap(({ path, room, imports }) =>
      imports
        .filter((target) => target.includes("/") && floorOf.has(target.split("/")[0]!))
        .filter((target) => ![room, "workflow", "words", "base"].includes(target.split("/")[0]!))
        .map((target) => `${path} -> ${target}`),
    );
  expect(wrong).toEqual([]);
});

test("no file imports itself by way of others, types included", () => {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]));
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === "done" || !importsOf.has(path)) return;
    if (state.get(path) === "open") {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    state.set(path, "open");
    for (const target of importsOf.get(path)!) visit(target, [...trail, path]);
    state.set(path, "done");
  };
  for (const { path } of sources) visit(path, []);
  expect(circles).toEqual([]);
});

test("only engine/ imports ONNX Runtime, only image/ imports sharp", () => {
  const strangers = sources.flatMap(({ path, room, imports }) =>
    imports
      .filter(
        (name) =>
          (name.startsWith("onnxruntime") && room !== "engine") || (name === "sharp" && room !== "image"),
      )
      .map((name) => `${path} -> ${name}`),
  );
  expect(strangers).toEqual([]);
});

test("base/ and graph/ are pure: no node: import", () => {
  const impure = sources.filter(
    ({ room, imports }) =>
      ["base", "words", "graph", "autodiff", "classifiers", "evaluate"].includes(room) &&
      imports.some((name) => name.startsWith("node:")),
  );
  expect(impure.map(({ path }) => path)).toEqual([]);
});
