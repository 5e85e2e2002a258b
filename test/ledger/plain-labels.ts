import type { Random } from "../../src/base/random.ts";
import type { LedgerEvent, LedgerPhoto } from "../../src/ledger/ledger-event.ts";

/** Labels as the plainest code keeps them: the witness that the ledger is held against. */
export interface PlainLabels {
  readonly photos: Map<string, LedgerPhoto>;
  readonly classes: Set<string>;
}

/** No photo, no class. */
export function noLabels(): PlainLabels {
  return { photos: new Map(), classes: new Set() };
}

/** A copy that later changes leave alone. */
export function copyOf({ photos, classes }: PlainLabels): PlainLabels {
  return {
    photos: new Map([...photos].map(([sha256, photo]) => [sha256, { ...photo }])),
    classes: new Set(classes),
  };
}

/** Makes a change the plainest way: photo by photo, whatever it costs. */
export function change(labels: PlainLabels, event: LedgerEvent): void {
  const { photos, classes } = labels;
  const give = (sha256: string, label: string | null): void => {
    if (label !== null) classes.add(label);
    photos.set(sha256, { ...photos.get(sha256)!, label });
  };
  const bearing = (label: string): string[] =>
    [...photos].filter(([, photo]) => photo.label === label).map(([sha256]) => sha256);
  switch (event.type) {
    case "photo-added": {
      const { type: _, sha256, label, ...place } = event;
      photos.set(sha256, { ...place, label });
      return give(sha256, label);
    }
    case "photo-removed":
      return void photos.delete(event.sha256);
    case "photo-moved":
      return void photos.set(event.sha256, { ...event.to, label: photos.get(event.sha256)!.label });
    case "labelled":
      return give(event.sha256, event.label);
    case "relabelled":
      return give(event.sha256, event.to);
    case "class-added":
      return void classes.add(event.label);
    case "class-removed":
      return void classes.delete(event.label);
    case "class-renamed":
      classes.add(event.to);
      for (const sha256 of bearing(event.from)) give(sha256, event.to);
      return void classes.delete(event.from);
    case "class-merged":
      classes.add(event.into);
      for (const label of event.from) {
        for (const sha256 of bearing(label)) give(sha256, event.into);
        classes.delete(label);
      }
      return;
    case "class-split":
      for (const [sha256, label] of Object.entries(event.into)) give(sha256, label);
      if (bearing(event.from).length === 0) classes.delete(event.from);
  }
}

/** An event that fits the labels, drawn. */
export function drawEvent(labels: PlainLabels, random: Random): LedgerEvent {
  for (;;) {
    const event = tryEvent(labels, random);
    if (event !== null) return event;
  }
}

const names = ["rose", "tulip", "daisy", "蒲公英", "café", "10", "9", "sun flower", '"quoted"', "a\nb"];

function tryEvent({ photos, classes }: PlainLabels, random: Random): LedgerEvent | null {
  const pick = <T>(list: readonly T[]): T | undefined => list[random.integer(list.length || 1)];
  const name = (): string => pick(names)!;
  const sha256 = pick([...photos.keys()]);
  const photo = sha256 === undefined ? undefined : photos.get(sha256);
  const known = pick([...classes]);
  const place = { path: `${name()}/${random.integer(1e9)}.jpg` };
  switch (random.integer(12)) {
    case 0:
    case 1:
    case 2:
    case 3: {
      const digits = Array.from({ length: 64 }, () => random.integer(16).toString(16)).join("");
      const label = random.integer(6) === 0 ? null : name();
      const group = random.integer(4) === 0 ? { group: `plant ${random.integer(9)}` } : {};
      return { type: "photo-added", sha256: digits, label, ...place, ...group };
    }
    case 4:
      return sha256 === undefined ? null : { type: "photo-removed", sha256 };
    case 5: {
      if (sha256 === undefined) return null;
      const { label: _, ...from } = photo!;
      return { type: "photo-moved", sha256, from, to: { ...place, split: "test" } };
    }
    case 6:
    case 7: {
      if (sha256 === undefined) return null;
      const { label } = photo!;
      if (label === null) return { type: "labelled", sha256, label: name() };
      return { type: "relabelled", sha256, from: label, to: random.integer(4) === 0 ? null : name() };
    }
    case 8: {
      const label = name();
      if (!classes.has(label)) return { type: "class-added", label };
      const isEmpty = [...photos.values()].every((one) => one.label !== label);
      return isEmpty ? { type: "class-removed", label } : null;
    }
    case 9: {
      const to = name();
      return known === undefined || classes.has(to) ? null : { type: "class-renamed", from: known, to };
    }
    case 10: {
      const into = name();
      const from = [...classes].filter((label) => label !== into && random.integer(3) === 0);
      return from.length === 0 ? null : { type: "class-merged", from, into };
    }
    default: {
      if (known === undefined) return null;
      const leaving = [...photos].filter(([, { label }]) => label === known && random.integer(3) > 0);
      const others = names.filter((label) => label !== known);
      const into = Object.fromEntries(leaving.map(([key]) => [key, pick(others)!]));
      return { type: "class-split", from: known, into };
    }
  }
}
