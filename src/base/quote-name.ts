/** Everything that ends a line, steers a terminal or turns the direction of writing, and lone surrogates. */
const controls = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** What JSON has a short escape for. */
const short: ReadonlyMap<string, string> = new Map([
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`],
  ["\b", String.raw`\b`],
  ["\f", String.raw`\f`],
]);

/**
 * `text` on one line that steers nothing: line ends, tabs, escape sequences, overrides of direction and lone
 * surrogates as JSON writes them (`\n`, `\t`, `\u001b`), everything else as it is. A file name must not move the cursor, colour the
 * screen, begin a line of its own or hide another name.
 *
 * @example
 * escapeControls("two\nlines").length; // 10: a backslash and an n where the line end was
 */
export function escapeControls(text: string): string {
  return text.replaceAll(controls, (character) => short.get(character) ?? escapeOf(character));
}

/**
 * A file's or a class's name as a line or a column shows it: as it is where nothing in it is special, else as a JSON
 * string, which `JSON.parse` reads back. A name that begins with a quotation mark is quoted too, so that the two forms
 * cannot be confused.
 */
export function quoteName(name: string): string {
  const isPlain = name.search(controls) < 0 && !name.startsWith('"');
  return isPlain ? name : escapeControls(JSON.stringify(name));
}

function escapeOf(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, "0");
}
