/** Something opened at the first use and closed at the end of the block, if it was opened at all. */
export interface OpenedOnce<T> extends AsyncDisposable {
  open(): Promise<T>;
}

/** Opens when somebody asks, once for all who ask. */
export function openOnce<T extends AsyncDisposable>(open: () => Promise<T>): OpenedOnce<T> {
  let opening: Promise<T> | null = null;
  return {
    open: () => (opening ??= open()),
    [Symbol.asyncDispose]: async () => {
      const opened = await opening?.catch(() => null);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}

/** Pieces of work on one open thing: opened for the first of them, closed behind the last of those that overlap. */
export function shareOpen<T extends AsyncDisposable>(
  open: () => Promise<T>,
): <R>(work: (opened: T) => Promise<R>) => Promise<R> {
  let shared: OpenedOnce<T> | null = null;
  let users = 0;
  return async (work) => {
    shared ??= openOnce(open);
    const mine = shared;
    users += 1;
    try {
      return await work(await mine.open());
    } finally {
      users -= 1;
      if (users === 0) {
        shared = null;
        await mine[Symbol.asyncDispose]();
      }
    }
  };
}
