import { RootstockError } from "../../base/errors.ts";

/** Reads a run of bytes from a weights file named inside a model. */
export type ExternalDataReader = (location: string, offset: number, length: number) => Uint8Array;

/**
 * Checks the name of an external weights file as it stands in a model, and returns it.
 * A plain relative path below the model's folder passes; everything that could lead elsewhere is refused:
 * absolute paths, drive letters, `..`, backslashes, control characters, URLs. Links are the reader's to refuse.
 * Throws E_ONNX_EXTERNAL.
 */
export function checkExternalLocation(location: string): string {
  const parts = location.split("/");
  const isPlain =
    location.length > 0 &&
    location.length <= 1024 &&
    !/[\\:\p{Cc}]/u.test(location) &&
    parts.every((part) => part !== "" && part !== "." && part !== "..");
  if (!isPlain)
    throw new RootstockError(
      "E_ONNX_EXTERNAL",
      `external data: expected a relative path inside the model's folder, got ${JSON.stringify(location.slice(0, 120))}.`,
      { hint: "Do not use this file: no exporter writes such a path." },
    );
  return location;
}
