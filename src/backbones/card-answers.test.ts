import { expect, test } from "vitest";
import { parseInterpolation, parseName, parsePixels, parseResize, parseSize } from "./card-answers.ts";

test("parsePixels: a name, or scale, mean and std, with bgr behind", () => {
  expect(parsePixels("imagenet")).toMatchObject({
    scale: 1 / 255,
    mean: [0.485, 0.456, 0.406],
    colour: "rgb",
  });
  expect(parsePixels(" 1/128  127,127,127 1,2,3 ")).toEqual({
    colour: "rgb",
    scale: 1 / 128,
    mean: [127, 127, 127],
    std: [1, 2, 3],
  });
  expect(parsePixels("1 104,117,123 1,1,1 bgr").colour).toBe("bgr");
});

test.each([
  "",
  "toString",
  "imagnet",
  "1/255",
  "0 0,0,0 1,1,1",
  "1/0 0,0,0 1,1,1",
  "1 0,0 1,1,1",
  "1 0,0,0 1,0,1",
  "1 0,0,0 1,1,1 grey",
  "1 0,0,0 1,1,1 rgb more",
])("parsePixels: %j is refused, with the names that are known", (text) => {
  expect(() => parsePixels(text)).toThrow(/--pixels: expected one of imagenet, inception/);
});

test("parseSize: one side or two, nothing else", () => {
  expect(parseSize("224")).toEqual({ width: 224, height: 224 });
  expect(parseSize("320x240")).toEqual({ width: 320, height: 240 });
  for (const text of ["", "0", "224px", "-3", "1e3", "224x"]) expect(() => parseSize(text)).toThrow(/--size/);
});

test("parseResize, parseInterpolation, parseName: their words, and an error that names the flag", () => {
  expect(parseResize("256")).toEqual({ resize: { kind: "shortSide", size: 256 }, crop: "centre" });
  expect(parseResize("exact")).toEqual({ resize: { kind: "exact" }, crop: "none" });
  expect(parseResize("none")).toEqual({ resize: { kind: "none" }, crop: "centre" });
  expect(() => parseResize("big")).toThrow(/--resize/);
  expect(parseInterpolation("bicubic")).toBe("bicubic");
  expect(() => parseInterpolation("lanczos")).toThrow(/--interpolation/);
  expect(parseName("my-net.v2")).toBe("my-net.v2");
  expect(() => parseName("my net")).toThrow(/--name/);
});
