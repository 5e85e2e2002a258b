/** How long an event stays: `"kept"` for good, `"passing"` until all who follow have read it, or until one with the same `latest` comes. */
export type Lasting = "kept" | "passing" | { readonly latest: string };

/** Events in their order, for as many followers as there are, each from the beginning of what is left. */
export interface EventLog<E extends object> {
  add(event: E): void;
  /** Ends every follower once it has read what there is. */
  end(): void;
  follow(): AsyncGenerator<E>;
}

interface Follower {
  /** Number of the event read last. */
  read: number;
  wake(): void;
}

/**
 * An event log whose size is bounded by its kinds of events, not by the time it runs. A follower who reads as fast as
 * events come sees all of them; a slower or later one sees the last of each `latest` alone. A passing event waits for the
 * first follower; whoever comes after everybody has read it does not see it.
 */
export function openEventLog<E extends object>(lastingOf: (event: E) => Lasting): EventLog<E> {
  const log: Log<E> = { events: new Map(), followers: new Set(), newest: 0, isEnded: false, lastingOf };
  const latest = new Map<string, number>();
  const wakeAll = (): void => log.followers.forEach((follower) => follower.wake());
  return {
    add: (event) => {
      log.newest += 1;
      const lasting = lastingOf(event);
      if (typeof lasting === "object") {
        log.events.delete(latest.get(lasting.latest) ?? 0);
        latest.set(lasting.latest, log.newest);
      }
      log.events.set(log.newest, event);
      wakeAll();
    },
    end: () => {
      log.isEnded = true;
      wakeAll();
    },
    follow: () => follow(log),
  };
}

/** Where the log stands. */
interface Log<E> {
  /** By their numbers, from 1. */
  readonly events: Map<number, E>;
  readonly followers: Set<Follower>;
  newest: number;
  isEnded: boolean;
  lastingOf(event: E): Lasting;
}

async function* follow<E extends object>(log: Log<E>): AsyncGenerator<E> {
  const follower: Follower = { read: 0, wake: () => undefined };
  log.followers.add(follower);
  const nextAfter = readerOf(log.events);
  try {
    for (;;) {
      while (follower.read < log.newest) {
        const [at, event] = nextAfter(follower.read) ?? [log.newest];
        follower.read = at;
        if (event === undefined) break;
        letPass(log, at, event);
        yield event;
      }
      if (log.isEnded && follower.read === log.newest) return;
      if (follower.read === log.newest) await new Promise<void>((resolve) => (follower.wake = resolve));
    }
  } finally {
    log.followers.delete(follower);
  }
}

/** Forgets a passing event once all who follow have read it. */
function letPass<E>({ events, followers, lastingOf }: Log<E>, at: number, event: E): void {
  if (lastingOf(event) === "passing" && [...followers].every(({ read }) => read >= at)) events.delete(at);
}

/**
 * Gives the first event after a number, or null. A map's iterator goes on with what is added later, and skips what is
 * removed, until it has once come to its end: then another one is taken.
 */
function readerOf<E extends object>(
  events: ReadonlyMap<number, E>,
): (after: number) => readonly [number, E] | null {
  let entries = events.entries();
  return (after) => {
    for (let next = entries.next(); next.done !== true; next = entries.next())
      if (next.value[0] > after) return next.value;
    entries = events.entries();
    return null;
  };
}
