import { RootstockError } from "../base/errors.ts";
import type { ManifestRow } from "./manifest.ts";

/**
 * Puts a share of the pictures aside as a test set that stays the same while pictures are added: those whose sha256, read as a
 * number from 0 to 1, lies under the share. Pictures of one group go together, where the least of their hashes says.
 * Throws E_OPTION where the data have a test part of their own.
 */
export function lockTest<R extends ManifestRow>(rows: readonly R[], share: number): R[] {
  if (rows.some(({ split }) => split === "test")) throw testIsThere();
  const least = new Map<string, string>();
  for (const { group, sha256 } of rows)
    if (group !== undefined && sha256 < (least.get(group) ?? "g")) least.set(group, sha256);
  return rows.map((row) => {
    const decides = row.group === undefined ? row.sha256 : least.get(row.group)!;
    return placeOf(decides) < share ? { ...row, split: "test" as const } : row;
  });
}

/** The first 48 bits of a hash as a share. */
function placeOf(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 12), 16) / 2 ** 48;
}

function testIsThere(): RootstockError {
  return new RootstockError(
    "E_OPTION",
    "lock-test: expected data without a test part of their own, got pictures marked as test.",
    { hint: "They are kept aside and scored at the end as they are: leave --lock-test out." },
  );
}
