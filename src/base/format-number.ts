/** Numbers as people read them, the same in the terminal, the verdict and the report. */

/** 0.8854 -> "88.5 %". Rounds; a share that is neither 0 nor 1 never reads "0.0 %" or "100.0 %" by rounding alone. */
export function formatPercent(share: number): string {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  if (share < 1 && share >= 0.9995) return ">99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}

/** A difference of shares in percentage points: 0.021 -> "2.1", 0.0004 -> "0.0". */
export function formatPoints(difference: number): string {
  const text = (difference * 100).toFixed(1);
  return text === "-0.0" ? "0.0" : text.replace("-", "−");
}

/** 12345 -> "12,345". */
export function formatCount(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** "1 image", "1,000 images"; the plural is the noun with an s, or given. */
export function formatQuantity(count: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : plural}`;
}

/** A count of a unit that events name in the plural: (1, "images") -> "1 image", (300, "images") -> "300 images". */
export function formatUnits(count: number, unit: string): string {
  return formatQuantity(count, unit.replace(/s$/, ""), unit);
}

/** Per second, or per minute where that is the readable number: "122/s", "1.4/s", "6.0/min", "4.7 MiB/s". */
export function formatRate(rate: number, unit: string): string {
  if (unit === "bytes") return `${formatBytes(rate)}/s`;
  if (rate >= 9.95) return `${formatCount(rate)}/s`;
  return rate >= 0.95 ? `${rate.toFixed(1)}/s` : `${(rate * 60).toFixed(1)}/min`;
}

/** `figures` significant ones of a number that may be of any size, without an exponent where people would write none. */
export function formatFigures(value: number, figures: number): string {
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e9))
    return value.toExponential(figures - 1).replace(/\.?0*e\+?/, "e");
  return String(Number(value.toPrecision(figures)));
}

/** 512 -> "512 B", 4960909 -> "4.7 MiB", 553435956 -> "528 MiB": powers of 1024, as sizes of files are told. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 99.95 ? formatCount(value) : value.toFixed(1)} ${units[power]}`;
}

/** 0.0123 -> "12 ms", 4.2 -> "4.2 s", 83 -> "1 min 23 s", 5400 -> "1 h 30 min". */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(minutes, "min", whole % 60, "s");
  const rounded = Math.round(whole / 60);
  return joined(Math.floor(rounded / 60), "h", rounded % 60, "min");
}

/** A time that is only an estimate: `47 s`, `6 min`, `2 h 10 min`. */
export function roughSeconds(seconds: number): string {
  return formatSeconds(roundedSeconds(seconds));
}

/** Whole seconds up to a minute and a half, whole minutes above. */
export function roundedSeconds(seconds: number): number {
  return seconds < 90 ? Math.max(1, Math.round(seconds)) : 60 * Math.round(seconds / 60);
}

// oxlint-disable-next-line max-params -- two quantities with their units read best in a row
function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** `text` with a no-break space between each number and its unit: no line ends there. */
export function keepUnits(text: string): string {
  return text.replaceAll(
    /(?<=\d) (?=(?:%|ms|s|min|h|px|points|[KMG]iB)(?![\p{L}\p{N}])|[年月日时分秒轮折步张个种层组毫小])/gu,
    noBreakSpace,
  );
}

/** U+00A0. */
export const noBreakSpace = "\u00a0";

/** `a`, `a and b`, `a, b and c`; at most `limit` named, the rest counted. */
export function formatList(items: readonly string[], limit = 4): string {
  if (items.length > limit)
    return `${items.slice(0, limit - 1).join(", ")} and ${items.length - limit + 1} more`;
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
