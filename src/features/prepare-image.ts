import type { Session } from "../engine/engine.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { ImageSource } from "./features.ts";
import { readPicture } from "../engine/read-picture.ts";

/** One picture through a preprocessing graph. Shape: [1, 3, h, w]. Throws what `readPicture` throws. */
export async function prepareImage(
  picture: ImageSource,
  preprocessing: Session,
  options: { signal?: AbortSignal | undefined },
): Promise<Tensor> {
  const image = await readPicture(picture, options);
  const { pixel_values: pixels } = await preprocessing.run({ image }, options);
  return pixels!;
}
