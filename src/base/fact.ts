/**
 * What a sentence says, as data: its name in the catalogue of messages and what it is filled with. A message travels with
 * its fact, so that whoever shows it can say it in another language; nobody has to read the message for it.
 */
export interface Fact {
  readonly name: string;
  readonly values: FactValues;
}

/** What a sentence is filled with, by name. */
export type FactValues = Readonly<Record<string, FactValue>>;

/** A name, a number, a switch, or a list of them. */
export type FactValue = string | number | boolean | null | readonly string[] | readonly number[];
