import { expect, test } from "vitest";
import { diffStates } from "./diff-states.ts";
import { guessClassChanges, guessedEvents } from "./guess-class-changes.ts";
import { openLabelBook } from "./label-book.ts";
import type { LedgerPhoto } from "./ledger-event.ts";

/** `{ a: "rose" }`: a photo for each key, its label. */
function labels(said: Readonly<Record<string, string | null>>): {
  classes: string[];
  photos: Map<string, LedgerPhoto>;
} {
  const photos = Object.entries(said).map(
    ([key, label]) =>
      [Buffer.from(key).toString("hex").padStart(64, "0"), { path: `${key}.jpg`, label }] as const,
  );
  return {
    classes: [...new Set(Object.values(said).flatMap((label) => label ?? []))].sort(),
    photos: new Map(photos),
  };
}

/** What a change of labels is taken for, and whether its events lead there. */
function guess(
  before: Readonly<Record<string, string | null>>,
  after: Readonly<Record<string, string | null>>,
): string[] {
  const guessed = guessClassChanges(diffStates(labels(before), labels(after)));
  const book = openLabelBook();
  for (const label of labels(before).classes) book.apply({ type: "class-added", label });
  for (const [sha256, photo] of labels(before).photos) book.apply({ type: "photo-added", sha256, ...photo });
  for (const event of guessedEvents(guessed)) expect(book.apply(event)).toBe(null);
  const { classes, photos } = book.stateAt("");
  expect({ classes, photos: new Map([...photos].sort()) }).toEqual(labels(after));
  return guessed.classes.map(({ from, to, photos: count }) => `${from.join("+")}>${to}:${count}`);
}

test("guessClassChanges: a class whose photos all bear one new name was renamed, whatever came and went besides", () => {
  expect(guess({ a: "tulip", b: "tulip", c: "rose" }, { a: "tulips", b: "tulips", c: "rose" })).toEqual([
    "tulip>tulips:2",
  ]);
  expect(guess({ a: "tulip", b: "tulip" }, { a: "tulips", c: "tulips", d: "rose" })).toEqual([
    "tulip>tulips:1",
  ]);
  expect(guess({ a: "tulip", c: "rose", d: "rose" }, { a: "tulips", c: "tulips", d: "rose" })).toEqual([
    "tulip>tulips:1",
  ]);
});

test("guessClassChanges: several such classes were merged", () => {
  expect(guess({ a: "red", b: "pink", c: "x" }, { a: "rose", b: "rose", c: "x" })).toEqual([
    "red+pink>rose:2",
  ]);
});

test("guessClassChanges: a photo left behind, two new names, a name that was there, or no name make no rename", () => {
  expect(guess({ a: "tulip", b: "tulip" }, { a: "tulips", b: "tulip" })).toEqual([]);
  expect(guess({ a: "tulip", b: "tulip" }, { a: "red", b: "pale" })).toEqual([]);
  expect(guess({ a: "tulip", b: "rose" }, { a: "rose", b: "rose" })).toEqual([]);
  expect(guess({ a: "tulip", b: "rose" }, { a: "rose", b: "tulip" })).toEqual([]);
  expect(guess({ a: "tulip", b: "rose" }, { a: null, b: "rose" })).toEqual([]);
});
