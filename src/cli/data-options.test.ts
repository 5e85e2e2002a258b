import { Command } from "commander";
import { expect, test } from "vitest";
import { checkCommand } from "./commands/check.ts";
import { compareCommand } from "./commands/compare.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { featuresCommand } from "./commands/features.ts";
import { trainCommand } from "./commands/train.ts";
import { addDataOptions, dataOptions } from "./data-options.ts";
import { createFace } from "./face.ts";

const parse = (...words: readonly string[]): ReturnType<typeof dataOptions> =>
  dataOptions(
    addDataOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }))
      .parse(words, { from: "user" })
      .opts(),
  );

test("--split-folders and --unlabelled mean the same to every command that reads a data set, and stand in its help", () => {
  const face = createFace();
  for (const build of [compareCommand, trainCommand, checkCommand, evaluateCommand, featuresCommand]) {
    const help = build(face).helpInformation().replaceAll(/\s+/g, " ");
    expect(help).toContain("--split-folders <yes|no>");
    expect(help).toContain("--unlabelled <name>");
    expect(help).toContain("columns file_name,label and where wanted split,group");
  }
});

test("dataOptions: yes, no and left out are three answers; none is no folder, names add up", () => {
  expect(parse()).toEqual({ splitFolders: undefined, unlabelled: undefined });
  expect(parse("--split-folders", "no", "--unlabelled", "none")).toEqual({
    splitFolders: false,
    unlabelled: [],
  });
  expect(parse("--split-folders", "yes", "--unlabelled", "a", "--unlabelled", "b")).toEqual({
    splitFolders: true,
    unlabelled: ["a", "b"],
  });
  expect(() => parse("--split-folders", "maybe")).toThrow("Expected yes or no");
});
