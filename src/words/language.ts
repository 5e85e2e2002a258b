/** A language that there is a catalogue of, as `--lang` names it; English is the default. */
export type Language = "en" | "zh";

/** All of them. */
export const languages: readonly Language[] = ["en", "zh"];
