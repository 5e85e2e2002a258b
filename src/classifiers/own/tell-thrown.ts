/** What was thrown, with the place in its code where Node tells one: `TypeError: x is undefined (mine.mjs:14:3)`. */
export function tellThrown(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? String(error);
  const told = `${error.name}: ${error.message.split("\n")[0]}`;
  const [place] = /[^/\\\s(]+\.[cm]?[jt]s:\d+(:\d+)?/.exec(error.stack ?? "") ?? [];
  return place === undefined ? told : `${told} (${place})`;
}
