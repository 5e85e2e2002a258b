/** What a file says, cut to at most `limit` characters for a message: a name may be as long as the file itself. */
export function shortText(text: string, limit = 100): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${text.length} characters)`;
}
