/** A value of a table: text, a number, a list of numbers, or nothing. */
export type Cell = string | number | ArrayLike<number> | null;

/** A column: its name, what its cells are, and whether some may be empty. */
export interface Column {
  readonly name: string;
  readonly kind: "text" | "number" | "numbers";
  readonly isOptional?: boolean;
}

/** What a table is before its rows come. */
export interface TableHead {
  readonly columns: readonly Column[];
  /** Facts about the whole, where the form has a place for them. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A file format, fed with blocks of rows: the bytes that each step adds. */
export interface TableForm {
  begin(): Uint8Array;
  rows(block: readonly (readonly Cell[])[]): Uint8Array;
  end(): Uint8Array;
}
