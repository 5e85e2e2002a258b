import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { architectureNames, buildArchitecture } from "./architectures/registry.ts";
import { formatCard } from "./format-card.ts";
import { parseCard } from "./read-card.ts";
import { readShippedCards, shippedFolder } from "./shipped-cards.ts";

const good = await readFile(join(shippedFolder, "squeezenet1_1.card.yaml"), "utf8");

function broken(from: string, to: string): Promise<unknown> {
  expect(good).toContain(from);
  return parseCard(good.replace(from, to), "my.onnx.card.yaml");
}

test("parseCard: a fraction is a number, optional fields stay absent", async () => {
  const card = await parseCard(good, "good");
  expect(card.preprocessing.scale).toBe(1 / 255);
  expect(card.defaultLayer).toBe("fire9");
  expect(card.layers.at(-1)).toEqual({ name: "logits", value: "logits", shape: [1000], group: "conv10" });
  expect(Object.keys(card)).not.toContain("notes");
});

test.each([
  ["licence: Apache-2.0", "licence: 3", /my\.onnx\.card\.yaml": licence: .*string/],
  [
    "std: [0.229, 0.224, 0.225]",
    "std: [0.229, 0, 0.225]",
    /preprocessing\.std: expected three values above 0/,
  ],
  ["std: [0.229, 0.224, 0.225]", "std: [0.229]", /preprocessing\.std/],
  ["scale: 1/255", "scale: 1/0", /preprocessing\.scale: expected a scale above 0/],
  ["scale: 1/255", "scale: process.exit()", /preprocessing\.scale/],
  ["size: 256", "size: 200", /preprocessing\.resize\.size: expected a short side of at least/],
  ["kind: shortSide", "kind: longSide", /preprocessing\.resize\.kind/],
  ["colour: rgb", "color: rgb", /colour: .*Unrecognized key: "color"/],
  [
    "defaultLayer: fire9",
    "defaultLayer: fire99",
    /defaultLayer: expected one of the layers \(conv1, .*got "fire99"/,
  ],
  ["name: fire3", "name: fire2", /layers\[3\]\.name: "fire2" is named twice/],
  ["shape: [128, 27, 27]", "shape: [128, -27, 27]", /layers\[4\]\.shape\[1\]/],
  ["sha256: e8", "sha256: xy", /sha256: expected 64 hex digits, or null/],
  ["licence: Apache-2.0", "licence: [", /my\.onnx\.card\.yaml/],
])("parseCard: %s -> %s is refused by the field's name", async (from, to, message) => {
  await expect(broken(from, to)).rejects.toMatchObject({
    code: "E_CARD",
    message: expect.stringMatching(message),
  });
});

test("parseCard: all faults come at once", async () => {
  await expect(parseCard("name: a b\nlayers: []", "x")).rejects.toThrow(
    /name: .*source: .*licence: .*and \d+ more/,
  );
});

test("parseCard: an alias bomb is refused, not expanded", async () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]`;
  await expect(parseCard(bomb, "x")).rejects.toMatchObject({ code: "E_CARD" });
});

test("formatCard: what it writes reads back as the same card", async () => {
  for (const { card } of await readShippedCards())
    expect(await parseCard(await formatCard(card), card.name)).toEqual(card);
});

test("formatCard: every architecture's card, whose layers share shapes, is written without aliases", async () => {
  for (const name of architectureNames) {
    const { card } = buildArchitecture(name);
    expect(await parseCard(await formatCard(card), name)).toEqual(card);
  }
});
