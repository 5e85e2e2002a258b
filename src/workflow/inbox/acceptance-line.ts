import type { Words } from "../../words/en/en.ts";
import type { InboxAcceptance } from "./inbox-result.ts";

/** What the accepted pile stands on, or why it is empty, in a sentence. */
export function acceptanceLine(acceptance: InboxAcceptance, { inbox: said }: Words): string {
  if (acceptance.threshold !== null) return said.accepted(acceptance);
  return acceptance.missing > 0 ? said.tooFew(acceptance) : said.tooManyErrors(acceptance);
}
