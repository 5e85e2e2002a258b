import { requirePlace } from "../files/require-place.ts";
import type { PredictionLine } from "./correct-predictions.ts";
import { openTableFile, requireEnding, tableEndings } from "../files/table/table-file.ts";

/** Predictions as a table under way; disposed of before it is closed, it leaves nothing. */
export interface PredictionTable extends AsyncDisposable {
  add(line: PredictionLine): Promise<void>;
  close(): Promise<void>;
}

/** Throws E_OPTION for a name that ends in no table's ending, E_FILE for a place that cannot be written. */
export async function requireTablePlace(path: string): Promise<void> {
  requireEnding(path, tableEndings);
  await requirePlace(path, "file");
}

/**
 * A row a picture: `path`, `label`, `probability`, then `p_<class>` for each class in the model's order; of one that could
 * not be used `error` (its code) and `message`, and no numbers. Parquet carries the classes as metadata too.
 */
export async function openPredictionTable(path: string, labels: readonly string[]): Promise<PredictionTable> {
  const table = await openTableFile(path, {
    columns: [
      { name: "path", kind: "text" },
      { name: "label", kind: "text", isOptional: true },
      { name: "probability", kind: "number", isOptional: true },
      { name: "error", kind: "text", isOptional: true },
      { name: "message", kind: "text", isOptional: true },
      ...labels.map((label) => ({ name: `p_${label}`, kind: "number", isOptional: true }) as const),
    ],
    facts: { classes: JSON.stringify(labels) },
  });
  return {
    add: async (line) => {
      if ("error" in line) {
        const { code, message } = line.error;
        await table.add([line.path, null, null, code, message, ...labels.map(() => null)]);
        return;
      }
      const { path: picture, label, probability, probabilities } = line;
      await table.add([picture, label, probability, null, null, ...labels.map((one) => probabilities[one]!)]);
    },
    close: async () => await table.close(),
    [Symbol.asyncDispose]: async () => await table[Symbol.asyncDispose](),
  };
}
