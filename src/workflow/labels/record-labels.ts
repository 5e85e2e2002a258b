import { type RecordedDecisions, recordDecisions } from "../../ledger/decisions.ts";
import { type AppendFacts, openLedger } from "../../ledger/ledger.ts";
import { readDecisions } from "./read-decisions.ts";

/** `labels record --json` */
export interface LabelsRecorded extends RecordedDecisions {
  /** The ledger's file, absolute. */
  readonly ledger: string;
}

/**
 * Records a table of decisions, `sha256,path,label,reason`: new photos are added, known ones get the label; nothing is
 * removed. Throws E_MANIFEST with every faulty line, E_LEDGER for two labels of one photo.
 */
export async function recordLabels(
  path: string,
  decisions: string,
  facts: AppendFacts = {},
): Promise<LabelsRecorded> {
  const ledger = await openLedger(path);
  const { rows } = await readDecisions(decisions, { ledger, state: await ledger.stateAt() });
  return { ledger: ledger.path, ...(await recordDecisions(ledger, rows, facts)) };
}
