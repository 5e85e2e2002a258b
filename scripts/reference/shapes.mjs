// What commands print with --json, read off the types that the compiler emitted: the shape of each, with its docstrings
// as comments. It needs a TypeScript whose checker can be asked, so it lies beside one.
// node scripts/reference/shapes.mjs < [["workflow/compare", "CompareResult"], ...]  >  ["{ ... }", ...]
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "src");
/** Deeper objects are named and not opened. */
const deepest = 4;

const wanted = JSON.parse(readFileSync(0, "utf8"));
const files = wanted.map(([file]) => join(root, `${file}.d.ts`));
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ["node"],
});
const checker = program.getTypeChecker();
process.stdout.write(JSON.stringify(wanted.map(([, name], i) => shapeOfExport(files[i], name))));

function shapeOfExport(file, name) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file));
  const symbol = checker.getExportsOfModule(module).find((one) => one.name === name);
  return shapeOf(checker.getDeclaredTypeOfSymbol(symbol), 0);
}

function shapeOf(type, depth) {
  if (type.isUnion()) return unionShape(type, depth);
  if (checker.isArrayType(type)) return listOf(checker.getTypeArguments(type)[0], depth);
  if (checker.isTupleType(type))
    return `[${checker
      .getTypeArguments(type)
      .map((one) => shapeOf(one, depth))
      .join(", ")}]`;
  const values = type.getStringIndexType();
  if (values) return `{ [name]: ${shapeOf(values, depth + 1)} }`;
  if (!(type.flags & ts.TypeFlags.Object) && !type.isIntersection()) return checker.typeToString(type);
  if (depth >= deepest) return checker.typeToString(type);
  return objectShape(type, depth);
}

/** Literals beside each other stay in a line; null and undefined go last. */
function unionShape(type, depth) {
  const parts = type.types.filter((one) => !(one.flags & ts.TypeFlags.Undefined));
  if (parts.length > 9 && parts.every(isErrorCode)) return "ErrorCode";
  const names = parts.map((one) => shapeOf(one, depth));
  const isBoolean = names.includes("true") && names.includes("false");
  const kept = isBoolean ? ["boolean", ...names.filter((name) => !/^(true|false)$/.test(name))] : names;
  return [...kept.filter((name) => name !== "null").sort(), ...kept.filter((name) => name === "null")].join(
    " | ",
  );
}

function isErrorCode(type) {
  return type.isStringLiteral() && type.value.startsWith("E_");
}

function listOf(type, depth) {
  const shape = shapeOf(type, depth);
  return type.isUnion() ? `(${shape})[]` : `${shape}[]`;
}

function objectShape(type, depth) {
  const indent = "  ".repeat(depth + 1);
  const properties = checker.getPropertiesOfType(type);
  if (properties.length > 9 && properties.every(({ name }) => name.startsWith("E_")))
    return `{ [ErrorCode]?: ${shapeOf(checker.getTypeOfSymbol(properties[0]), depth + 1)} }`;
  const lines = properties.map((property) => {
    const words = ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll(/\s+/g, " ");
    const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const shape = shapeOf(checker.getTypeOfSymbol(property), depth + 1);
    return `${words && `${indent}// ${words}\n`}${indent}${property.name}${isOptional ? "?" : ""}: ${shape}`;
  });
  return lines.length === 0 ? "{}" : `{\n${lines.join("\n")}\n${"  ".repeat(depth)}}`;
}
