import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Cell, Column, TableForm, TableHead } from "./table-form.ts";

type Element = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/**
 * Parquet: text as STRING, numbers as DOUBLE, a list as LIST of FLOAT; every block of rows is a row group, the facts are
 * key-value metadata. Lists of measured numbers are neither packed nor looked up: they would not shrink.
 */
export function parquetForm({ columns, facts = {} }: TableHead): TableForm {
  const bytes = new ByteWriter();
  const table = new ParquetWriter({
    writer: bytes,
    schema: [{ name: "root", num_children: columns.length }, ...columns.flatMap(elementsOf)],
    kvMetadata: Object.entries(facts).map(([key, value]) => ({ key, value })),
    createdBy: "rootstock",
  });
  const taken = (): Uint8Array => {
    const written = bytes.getBytes().slice();
    bytes.index = 0; // what is written is the file's; the place in it stays
    return written;
  };
  return {
    begin: taken,
    rows: (block) => {
      const columnData = columns.map((column, i) => ({
        name: column.name,
        data: block.map((row) => cellOf(row[i] ?? null)),
        ...(column.kind === "numbers" && plain),
      }));
      void table.write({ columnData, rowGroupSize: block.length });
      return taken();
    },
    end: () => {
      void table.finish();
      return taken();
    },
  };
}

const plain = { encoding: "PLAIN", codec: "UNCOMPRESSED", statistics: false } as const;

function cellOf(cell: Cell): string | number | number[] | null {
  return typeof cell === "object" && cell !== null ? Array.from(cell) : cell;
}

function elementsOf({ name, kind, isOptional = false }: Column): Element[] {
  const repetition_type = isOptional ? "OPTIONAL" : "REQUIRED";
  if (kind === "text") return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }];
  if (kind === "number") return [{ name, type: "DOUBLE", repetition_type }];
  return [
    { name, converted_type: "LIST", num_children: 1, repetition_type },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", type: "FLOAT", repetition_type: "REQUIRED" },
  ];
}
