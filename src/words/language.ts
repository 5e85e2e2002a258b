/** Languages that there is a catalogue of, as `--lang` names them; English is the default. */
export const languages = ["en", "zh"] as const;

export type Language = (typeof languages)[number];
