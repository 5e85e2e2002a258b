import sharp from "sharp";
import { expect, test } from "vitest";
import { makeThumbnail } from "./thumbnail.ts";

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: "#4a7" } });

test("makeThumbnail: the longer side fits, the shape is kept, the result is a small JPEG", async () => {
  const bytes = await makeThumbnail(await picture(400, 200).png().toBuffer());
  const { format, width, height } = await sharp(bytes).metadata();
  expect({ format, width, height }).toEqual({ format: "jpeg", width: 112, height: 56 });
  expect(bytes.length).toBeLessThan(4000);
});

test("makeThumbnail turns a picture upright, drops its metadata and enlarges nothing", async () => {
  const turned = await picture(60, 30).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { width, height, orientation, exif } = await sharp(await makeThumbnail(turned)).metadata();
  expect({ width, height, orientation, exif }).toEqual({ width: 30, height: 60 });
});

test("makeThumbnail refuses what is no picture", async () => {
  const text = new TextEncoder().encode("no picture");
  await expect(makeThumbnail(text)).rejects.toMatchObject({ code: "E_IMAGE_TYPE" });
});
