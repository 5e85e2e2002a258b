/**
 * What a sentence says, as data: its name in the catalogue of messages and what it is filled with. A message travels with
 * its fact, so that whoever shows it can say it in another language; nobody has to read the message for it.
 */
export interface Fact {
  readonly name: string;
  readonly values: FactValues;
}

export type FactValues = Readonly<Record<string, FactValue>>;

type FactValue = string | number | boolean | null | readonly string[] | readonly number[];
