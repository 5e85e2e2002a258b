/** A decoded picture: 8-bit sRGB, rows top to bottom, pixels RGBRGB... Shape: H x W x 3. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** width * height * 3 bytes. */
  readonly data: Uint8Array;
}
