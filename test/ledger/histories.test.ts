import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type Labels, diffStates, eventsOf } from "../../src/ledger/diff-states.ts";
import { type LabelBook, openLabelBook } from "../../src/ledger/label-book.ts";
import { type Ledger, createLedger, openLedger } from "../../src/ledger/ledger.ts";
import type { LedgerEvent, LedgerState } from "../../src/ledger/ledger-event.ts";
import { stepBack, undoEvents } from "../../src/ledger/undo-events.ts";
import { createDataFolder } from "../data-folder.ts";
import { type PlainLabels, change, copyOf, drawEvent, noLabels } from "./plain-labels.ts";

// Random histories of 200 events, held against labels kept the plainest way.

const seeds = [1, 2, 3];

interface History extends AsyncDisposable {
  readonly ledger: Ledger;
  /** The plain labels at every version. */
  readonly at: ReadonlyMap<string, PlainLabels>;
}

/** 200 events recorded in lots of one to eight. */
async function drawHistory(seed: number): Promise<History> {
  const folder = await createDataFolder();
  const ledger = await createLedger(folder.root);
  const random = createRandom(seed);
  const labels = noLabels();
  const at = new Map([[ledger.version, copyOf(labels)]]);
  for (let done = 0; done < 200;) {
    const count = Math.min(1 + random.integer(8), 200 - done);
    const events: LedgerEvent[] = [];
    for (let i = 0; i < count; i += 1) {
      const event = drawEvent(labels, random);
      change(labels, event);
      events.push(event);
    }
    at.set(await ledger.append(events), copyOf(labels));
    done += count;
  }
  return { ledger, at, [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose]() };
}

/** What a state says, apart from its version and the order of photos. */
function saidBy({ photos, classes }: LedgerState | PlainLabels): unknown {
  return { photos: [...photos].sort(([a], [b]) => (a < b ? -1 : 1)), classes: [...classes].sort() };
}

function asLabels({ photos, classes }: PlainLabels): Labels {
  return { photos, classes: [...classes].sort() };
}

function bookOf({ photos, classes }: PlainLabels): LabelBook {
  const book = openLabelBook();
  for (const label of classes) book.apply({ type: "class-added", label });
  for (const [sha256, photo] of photos) book.apply({ type: "photo-added", sha256, ...photo });
  return book;
}

test.each(seeds)(
  "history %i: every version is what the plainest code has, a difference applied to one gives the other, and undo brings each back",
  async (seed) => {
    await using history = await drawHistory(seed);
    const { at } = history;
    const ledger = await openLedger(history.ledger.path);
    expect(ledger.version).toBe(history.ledger.version);
    for (const [version, labels] of at)
      expect(saidBy(await ledger.stateAt(version)), version).toEqual(saidBy(labels));
    const recordings = await ledger.recordings();
    const random = createRandom(seed);
    for (let i = 0; i < 20; i += 1) {
      const [a, b] = [random.integer(recordings.length), random.integer(recordings.length)];
      const [from, to] = [at.get(recordings[a]!.version)!, at.get(recordings[b]!.version)!];
      const book = bookOf(from);
      for (const event of eventsOf(diffStates(asLabels(from), asLabels(to))))
        expect(book.apply(event)).toBe(null);
      expect(saidBy(book.stateAt(""))).toEqual(saidBy(to));
    }
    for (let i = 0; i < 12; i += 1) {
      const target = recordings[random.integer(recordings.length)]!;
      const { events } = await undoEvents(ledger.path, target, await ledger.recordings());
      const { lines } = ledger;
      await ledger.append(events, { undoes: target.version });
      expect(ledger.lines).toBeGreaterThanOrEqual(lines);
      expect(saidBy(await ledger.stateAt())).toEqual(saidBy(at.get(target.version)!));
    }
  },
);

test("undo again and again walks back to the beginning, step by step", async () => {
  await using history = await drawHistory(7);
  const { ledger, at } = history;
  const versions = [...at.keys()];
  for (const version of versions.toReversed().slice(1)) {
    const recordings = await ledger.recordings();
    const target = stepBack(recordings)!;
    expect(target.version).toBe(version);
    const { events } = await undoEvents(ledger.path, target, recordings);
    await ledger.append(events, { undoes: version });
    expect(saidBy(await ledger.stateAt())).toEqual(saidBy(at.get(version)!));
  }
  expect(stepBack(await ledger.recordings())).toBe(null);
});
