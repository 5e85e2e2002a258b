import { expect, test } from "vitest";
import { createDataFolder, noisePng } from "../../test/data-folder.ts";
import { encodePng } from "../image/encode-png.ts";
import { readManifest } from "./read-manifest.ts";

test("a picture of a single colour is kept, and named in an E_IMAGE_BLANK warning", async () => {
  await using data = await createDataFolder();
  for (let i = 0; i < 4; i += 1) await data.put(`${"ab"[i % 2]!}/${i}.png`, await noisePng(i));
  const white = { width: 8, height: 8, data: new Uint8Array(192).fill(255) };
  await data.put("a/white.png", await encodePng(white));
  const { rows, warnings } = await readManifest(data.root);
  expect(rows.map(({ path }) => path)).toContain("a/white.png");
  const blank = warnings.filter(({ code }) => code === "E_IMAGE_BLANK");
  expect(blank).toMatchObject([{ message: expect.stringContaining('"a/white.png"') }]);
});
