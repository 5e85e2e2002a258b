import { type Words, english } from "./en/en.ts";
import type { Language } from "./language.ts";
import { chinese } from "./zh/zh.ts";

const catalogues: Readonly<Record<Language, Words>> = { en: english, zh: chinese };

/** The catalogue of a language; default: English. */
export function wordsOf(lang: Language = "en"): Words {
  return catalogues[lang];
}
