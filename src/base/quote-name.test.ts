import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeControls, quoteName } from "./quote-name.ts";

test("escapeControls: line ends, tabs, escape sequences and overrides of direction become visible", () => {
  expect(escapeControls("two\nlines\ttab\u001b[2J\r\u009b\u007f\u2028\u202egpj.exe\u0000")).toBe(
    String.raw`two\nlines\ttab\u001b[2J\r\u009b\u007f\u2028\u202egpj.exe\u0000`,
  );
  expect(escapeControls("蒲公英 🌷 é C:\\new 👩‍🌾")).toBe("蒲公英 🌷 é C:\\new 👩‍🌾");
});

test("quoteName leaves plain names alone; any other is a JSON string of the same name", () => {
  expect(["rose.jpg", "a b\\n", "蒲公英"].map(quoteName)).toEqual(["rose.jpg", "a b\\n", "蒲公英"]);
  expect(quoteName("new\nline.jpg")).toBe(String.raw`"new\nline.jpg"`);
  expect(quoteName('"quoted"')).toBe(String.raw`"\"quoted\""`);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (name) => {
      const shown = quoteName(name);
      expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(shown.startsWith('"') ? JSON.parse(shown) : shown).toBe(name);
    }),
  );
});
