import { expect, test } from "vitest";
import { RootstockError, errorCodes, isAbort, quoteList, toErrorRecord } from "./errors.ts";

test("toErrorRecord: our own errors keep code, message and next step", () => {
  const error = new RootstockError("E_LAYER", "no such layer.", { hint: "Choose another." });
  expect(toErrorRecord(error)).toEqual({
    code: "E_LAYER",
    message: "no such layer.",
    hint: "Choose another.",
  });
});

test("toErrorRecord: an abort is E_ABORTED, which ends a command with 130; a stranger is E_INTERNAL", () => {
  const aborted = toErrorRecord(AbortSignal.abort().reason);
  expect(aborted.code).toBe("E_ABORTED");
  expect(errorCodes[aborted.code]).toBe(130);
  expect(isAbort(new RootstockError("E_ABORTED", "stopped."))).toBe(true);
  expect(toErrorRecord(new TypeError("odd"))).toEqual({ code: "E_INTERNAL", message: "odd", hint: "" });
  expect(toErrorRecord("thrown text").message).toBe("thrown text");
});

test("quoteList: five are shown, the rest is counted", () => {
  expect(quoteList(["a", 'b"c'])).toBe('"a", "b\\"c"');
  expect(quoteList(["1", "2", "3", "4", "5", "6", "7"])).toBe('"1", "2", "3", "4", "5" and 2 more');
});
