import { type Language, languages } from "../words/language.ts";

/**
 * The language that a command line asks for: `--lang` wherever it stands, else Chinese where the locale is
 * (the first of LC_ALL, LC_MESSAGES and LANG that is set decides, as POSIX has it), else English. It is known before the
 * words are parsed, since help and refusals speak too; a code that there is no catalogue of is the parser's to refuse.
 */
export function languageAsked(
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  return languages.find((lang) => lang === codeGiven(words)) ?? languageOfLocale(environment);
}

function codeGiven(words: readonly string[]): string | undefined {
  const own = words.slice(0, words.includes("--") ? words.indexOf("--") : undefined);
  const codes = own.flatMap((word, i) => {
    if (word === "--lang") return [own[i + 1]];
    return word.startsWith("--lang=") ? [word.slice("--lang=".length)] : [];
  });
  return codes.at(-1);
}

function languageOfLocale({
  LC_ALL,
  LC_MESSAGES,
  LANG,
}: Readonly<Record<string, string | undefined>>): Language {
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((name) => name !== undefined && name !== "") ?? "";
  return /^zh(?![a-z])/i.test(locale) ? "zh" : "en";
}
