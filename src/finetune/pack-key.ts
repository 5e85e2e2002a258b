import type { Picture } from "../data/manifest.ts";
import { hashBytes } from "../files/hash-file.ts";

/** Raised whenever the same photos would give other records. */
const codeSchema = 1;

/** Names a packed file: by the photos' bytes in their order, and by what its records are. */
export function packKey(
  photos: readonly Pick<Picture, "sha256" | "width" | "height">[],
  what: unknown,
): string {
  const facts = photos.map(({ sha256, width, height }) => `${sha256} ${width} ${height}`).join("\n");
  const text = JSON.stringify([codeSchema, what, hashBytes(new TextEncoder().encode(facts))]);
  return hashBytes(new TextEncoder().encode(text)).slice(0, 32);
}
