/**
 * Lets other work run, and notices an abort, without slowing a solver down: call it as often as convenient.
 * It gives way to the event loop when `intervalMs` have passed since it last did (a busy loop would never see
 * Ctrl-C), and throws the signal's reason once it has fired.
 */
export type Pause = () => Promise<void> | undefined;

/** A pause for one piece of work. `intervalMs` is how long the event loop may be kept waiting. */
export function createPause(signal: AbortSignal | undefined, intervalMs = 40): Pause {
  let last = performance.now();
  return () => {
    signal?.throwIfAborted();
    if (performance.now() - last < intervalMs) return undefined;
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      last = performance.now();
      signal?.throwIfAborted();
    });
  };
}
