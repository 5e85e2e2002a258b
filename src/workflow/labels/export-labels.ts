import { writeFileAtomic } from "../../files/atomic-write.ts";
import { requirePlace } from "../../files/require-place.ts";
import { lineOf } from "../../files/table/text-forms.ts";
import type { LabelsAt } from "./show-labels.ts";
import { labelsAt } from "./show-labels.ts";

/** `labels export --json` */
export interface LabelsExported {
  /** The ledger's file, absolute. */
  readonly ledger: string;
  readonly version: string;
  readonly photos: number;
  /** The file; null where the table was asked for as text. */
  readonly out: string | null;
}

/** A version of a ledger as a table. */
export interface LabelsTable extends LabelsExported {
  /** CSV: `file_name,label,split,group,sha256`, which every command that reads data takes. */
  readonly text: string;
}

/** Writes the photos and labels of a version (default: the latest) as a CSV, to a file where one is named. */
export async function exportLabels(
  path: string,
  { version, out }: { readonly version?: string | undefined; readonly out?: string | undefined } = {},
): Promise<LabelsTable> {
  if (out !== undefined) await requirePlace(out, "file");
  const at = await labelsAt(path, version);
  const text = tableOf(at);
  if (out !== undefined) await writeFileAtomic(out, text);
  return {
    ledger: at.ledger,
    version: at.version,
    photos: at.photos.length,
    out: out ?? null,
    text,
  };
}

function tableOf({ photos }: LabelsAt): string {
  const rows = photos
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, label, split = "", group = "", sha256 }) => [path, label ?? "", split, group, sha256]);
  return [["file_name", "label", "split", "group", "sha256"], ...rows].map(lineOf).join("");
}
