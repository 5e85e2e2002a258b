import { RootstockError } from "../base/errors.ts";
import { type Tensor, createTensor } from "../graph/tensor.ts";

/**
 * Preprocessed pictures as one batch, the rows past the last one zero. One picture alone is not copied.
 * Shapes: n of [1, 3, h, w] -> [rows, 3, h, w]. Throws E_SHAPE where sizes differ.
 */
export function stackPictures(pictures: readonly Tensor[], rows: number): Tensor {
  const [first] = pictures as [Tensor, ...Tensor[]];
  if (rows === 1) return first;
  const other = pictures.find(({ dims }) => dims.join() !== first.dims.join());
  if (other !== undefined)
    throw new RootstockError(
      "E_SHAPE",
      `batch: expected pictures of one size, got [${first.dims}] and [${other.dims}].`,
      { hint: "Resize or crop in the card's preprocessing, or take batches of one." },
    );
  const bytes = new Uint8Array(rows * first.bytes.length);
  pictures.forEach((picture, i) => bytes.set(picture.bytes, i * first.bytes.length));
  return createTensor(first.type, [rows, ...first.dims.slice(1)], bytes);
}
