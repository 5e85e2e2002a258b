/**
 * JSON as `JSON.stringify` writes it, and a Map with string keys as an object with its entries in the Map's order.
 * An object of JavaScript lists keys that are whole numbers first: classes called "10", "9" and "a" would trade places.
 */
export function orderedJson(value: unknown, indent = 0): string {
  return written(value, indent === 0 ? null : " ".repeat(indent), "") ?? "null";
}

/** undefined for what JSON leaves out of objects. `step` is null for one line. */
function written(value: unknown, step: string | null, lead: string): string | undefined {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) as string | undefined;
  const deeper = lead + (step ?? "");
  if (Array.isArray(value)) {
    const items = value.map((item) => written(item, step, deeper) ?? "null");
    return bracketed(items, "[]", step === null ? null : { deeper, lead });
  }
  const entries: Iterable<[string, unknown]> = value instanceof Map ? value : Object.entries(value);
  const members = [...entries].flatMap(([key, member]) => {
    const text = written(member, step, deeper);
    return text === undefined ? [] : `${JSON.stringify(key)}:${step === null ? "" : " "}${text}`;
  });
  return bracketed(members, "{}", step === null ? null : { deeper, lead });
}

function bracketed(
  items: readonly string[],
  brackets: "[]" | "{}",
  lines: { deeper: string; lead: string } | null,
): string {
  const [open, close] = [brackets[0]!, brackets[1]!];
  if (lines === null || items.length === 0) return open + items.join(",") + close;
  return `${open}\n${lines.deeper}${items.join(`,\n${lines.deeper}`)}\n${lines.lead}${close}`;
}
