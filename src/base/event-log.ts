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
  const events = new Map<number, E>();
  const latest = new Map<string, number>();
  const followers = new Set<Follower>();
  let newest = 0;
  let isEnded = false;
  const wakeAll = (): void => followers.forEach((follower) => follower.wake());
  const letPass = (at: number, event: E): void => {
    if (lastingOf(event) === "passing" && [...followers].every(({ read }) => read >= at)) events.delete(at);
  };
  return {
    add: (event) => {
      newest += 1;
      const lasting = lastingOf(event);
      if (typeof lasting === "object") {
        events.delete(latest.get(lasting.latest) ?? 0);
        latest.set(lasting.latest, newest);
      }
      events.set(newest, event);
      wakeAll();
    },
    end: () => {
      isEnded = true;
      wakeAll();
    },
    follow: async function* () {
      const follower: Follower = { read: 0, wake: () => undefined };
      followers.add(follower);
      const nextAfter = readerOf(events);
      try {
        for (;;) {
          while (follower.read < newest) {
            const [at, event] = nextAfter(follower.read) ?? [newest];
            follower.read = at;
            if (event === undefined) break;
            letPass(at, event);
            yield event;
          }
          if (isEnded && follower.read === newest) return;
          if (follower.read === newest) await new Promise<void>((resolve) => (follower.wake = resolve));
        }
      } finally {
        followers.delete(follower);
      }
    },
  };
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
