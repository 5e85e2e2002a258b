import { existsSync } from "node:fs";

/** `role=NAME` or `role=FILE` in its parts. A file that is there is taken whole: `val_acc=0.93.pth` has no role. */
export function splitRole(word: string): { readonly role: string | undefined; readonly rest: string } {
  if (existsSync(word)) return { role: undefined, rest: word };
  const [, role, rest = word] = /^(?:([A-Za-z0-9_-]+)=)?(.+)$/s.exec(word) ?? [];
  return { role, rest };
}
