/** How `--help` reads in a language other than English, which stands with the commands. */
export interface HelpWords {
  readonly usage: string;
  readonly arguments: string;
  readonly options: string;
  readonly commands: string;
  /** `[options]` and `[command]` in a line of usage. */
  readonly optionsPlace: string;
  readonly commandPlace: string;
  /** In brackets behind a description. */
  readonly more: (choices: readonly string[], preset: string | null) => string;
  /** What stands above the original of a refusal by the parser. */
  readonly refused: (original: string) => string;
  /** Descriptions and headings by what they are in English. */
  readonly texts: Readonly<Record<string, string>>;
}
