import { RootstockError } from "../base/errors.ts";
import type { BundleRecord } from "./bundle-record.ts";

/** `rootstock.json` from its text; throws E_BUNDLE naming every key that does not fit. */
export async function parseBundleRecord(text: string, path: string): Promise<BundleRecord> {
  const { bundleRecord } = await import("./bundle-schema.ts");
  const checked = bundleRecord.safeParse(parseJson(text, path));
  if (checked.success) return checked.data;
  const faults = checked.error.issues.slice(0, 5).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new RootstockError("E_BUNDLE", `${path}: ${faults.join("; ")}.`, {
    hint: "The folder was made by another version, or was edited; train the model again.",
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RootstockError("E_BUNDLE", `${path}: not JSON.`, {
      hint: "The file is damaged; copy the model folder again.",
      cause,
    });
  }
}
