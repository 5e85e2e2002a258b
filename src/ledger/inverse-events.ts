import type { LabelBook } from "./label-book.ts";
import type { LedgerEvent } from "./ledger-event.ts";
import { placeOf } from "./cells.ts";

/** Photos that one `class-split` names at most, so that no line grows without bound. */
const splitAtOnce = 10_000;

/** What undoes an event, in order: events that lead from the labels behind it back to `before`, those in front of it. */
export function inverseOf(event: LedgerEvent, before: LabelBook): LedgerEvent[] {
  switch (event.type) {
    case "photo-added":
      return [{ type: "photo-removed", sha256: event.sha256 }];
    case "photo-removed": {
      const { label, ...place } = before.photoOf(event.sha256)!;
      return [{ type: "photo-added", sha256: event.sha256, label, ...place }];
    }
    case "photo-moved":
      return [{ ...event, from: placeOf(event.to), to: placeOf(before.photoOf(event.sha256)!) }];
    case "labelled":
      return [{ type: "relabelled", sha256: event.sha256, from: event.label, to: null }];
    case "relabelled":
      return [labelBack(event)];
    case "class-added":
      return [{ type: "class-removed", label: event.label }];
    case "class-removed":
      return [{ type: "class-added", label: event.label }];
    case "class-renamed":
      return [{ ...event, from: event.to, to: event.from }];
    case "class-merged":
      return unmerge(event, before);
    case "class-split":
      return unsplit(event, before);
  }
}

function labelBack({ sha256, from, to }: Extract<LedgerEvent, { type: "relabelled" }>): LedgerEvent {
  return to === null
    ? { type: "labelled", sha256, label: from }
    : { type: "relabelled", sha256, from: to, to: from };
}

/** The photos go back to where each came from; a class that had none is added again. */
function unmerge(
  { from, into }: Extract<LedgerEvent, { type: "class-merged" }>,
  before: LabelBook,
): LedgerEvent[] {
  const back = before.labelled(new Set(from));
  const own = before.sizeOf(into);
  const wasThere = before.classes.has(into);
  const empty = from.filter((label) => before.sizeOf(label) === 0);
  return [
    ...splits(into, back),
    ...(wasThere && own === 0 && back.length > 0 ? [added(into)] : []), // the split has emptied it
    ...(!wasThere && back.length === 0 ? [{ type: "class-removed", label: into } as const] : []),
    ...empty.map(added),
  ];
}

/** Each class gives back what it got. */
function unsplit(
  { from, into }: Extract<LedgerEvent, { type: "class-split" }>,
  before: LabelBook,
): LedgerEvent[] {
  const moved = new Map<string, string[]>();
  for (const [sha256, label] of Object.entries(into)) {
    const list = moved.get(label);
    if (list === undefined) moved.set(label, [sha256]);
    else list.push(sha256);
  }
  const wasEmptied = before.sizeOf(from) === 0 && moved.size === 0;
  return [
    ...(wasEmptied ? [added(from)] : []),
    ...[...moved].flatMap(([label, photos]) => [
      ...splits(
        label,
        photos.map((sha256) => [sha256, from] as const),
      ),
      ...(before.classes.has(label) && before.sizeOf(label) === 0 ? [added(label)] : []),
    ]),
  ];
}

function added(label: string): LedgerEvent {
  return { type: "class-added", label };
}

function splits(from: string, labels: readonly (readonly [sha256: string, label: string])[]): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (let at = 0; at < labels.length; at += splitAtOnce)
    events.push({ type: "class-split", from, into: Object.fromEntries(labels.slice(at, at + splitAtOnce)) });
  return events;
}
