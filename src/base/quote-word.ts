/** A word as a shell takes it whole: as it is where nothing in it is special, else in single quotes. */
export function quoteWord(word: string): string {
  return /^[\w./,=@:+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
