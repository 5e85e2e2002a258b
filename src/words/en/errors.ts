/** The frame around an error; the meaning of each code is in `base/error-meanings.ts`. */
export const errorFrame = {
  /** In front of an error's own words, where they are in another language. */
  original: (text: string): string => text,
  line: (text: string, code: string): string => `rootstock: ${text} [${code}]`,
};
