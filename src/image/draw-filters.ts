import type { Image } from "./image.ts";

/** Filters as numbers: F filters of C channels, h x w each, row-major. */
export interface FilterValues {
  readonly dims: readonly [number, number, number, number];
  readonly values: Float32Array;
}

/** One square of the picture: three planes of h x w values, -1 to 1, or one that is shown grey. */
interface Tile {
  readonly height: number;
  readonly width: number;
  readonly planes: readonly Float32Array[];
}

/** Around each tile and the whole, in pixels, and its colour. */
const gapPx = 4;
const paper = 255;
/** A tile is enlarged to about so many pixels by a whole factor, so that every weight stays a sharp square. */
const tilePx = 48;
/** A layer of many channels has a tile for each pair; more would be no picture. */
const tileLimit = 1024;

/**
 * Filters as a grid, each of its own contrast: v -> 127.5 + 127.5 * v / max|v|, so that grey is no weight, and the
 * strongest weight of each filter is black or white (or a full colour). Three channels are red, green, blue (or, where
 * `isReversed`, blue, green, red); any other number gives a grey tile for each channel, filter after filter, 1,024 at
 * most. Several sets stand one below the other.
 */
export function drawFilters(sets: readonly (FilterValues & { readonly isReversed: boolean })[]): Image {
  const grids = sets.map((set) => drawGrid(tilesOf(set)));
  const width = Math.max(...grids.map((grid) => grid.width));
  const height = grids.reduce((sum, grid) => sum + grid.height, 0);
  const data = new Uint8Array(width * height * 3).fill(paper);
  let top = 0;
  for (const grid of grids) {
    for (let y = 0; y < grid.height; y += 1)
      data.set(grid.data.subarray(3 * y * grid.width, 3 * (y + 1) * grid.width), 3 * (top + y) * width);
    top += grid.height;
  }
  return { width, height, data };
}

function tilesOf({ dims, values, isReversed }: FilterValues & { isReversed: boolean }): Tile[] {
  const [filters, channels, height, width] = dims;
  const size = height * width;
  const isColour = channels === 3;
  const count = isColour ? filters : Math.min(tileLimit, filters * channels);
  const length = isColour ? 3 * size : size;
  return Array.from({ length: count }, (_, i) => {
    const scaled = toFullContrast(values.subarray(i * length, (i + 1) * length));
    const planes = Array.from({ length: length / size }, (_, c) => scaled.subarray(c * size, (c + 1) * size));
    return { height, width, planes: isReversed ? planes.toReversed() : planes };
  });
}

/** v / max|v|; all 0 for a filter without weights. */
function toFullContrast(values: Float32Array): Float32Array {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return largest === 0 ? values : values.map((value) => value / largest);
}

function drawGrid(tiles: readonly Tile[]): Image {
  const { width: tileWidth, height: tileHeight } = tiles[0]!;
  const factor = Math.max(1, Math.round(tilePx / Math.max(tileWidth, tileHeight)));
  const columns = columnsFor(tiles.length);
  const step = { x: tileWidth * factor + gapPx, y: tileHeight * factor + gapPx };
  const width = columns * step.x + gapPx;
  const height = Math.ceil(tiles.length / columns) * step.y + gapPx;
  const data = new Uint8Array(width * height * 3).fill(paper);
  for (const [i, tile] of tiles.entries()) {
    const left = gapPx + (i % columns) * step.x;
    const top = gapPx + Math.floor(i / columns) * step.y;
    drawTile(tile, factor, (x, y, rgb) => data.set(rgb, 3 * ((top + y) * width + left + x)));
  }
  return { width, height, data };
}

/** A full last row where a width between square and twice that allows it. */
function columnsFor(count: number): number {
  const least = Math.ceil(Math.sqrt(count));
  for (let columns = least; columns <= 2 * least; columns += 1) if (count % columns === 0) return columns;
  return least;
}

function drawTile(
  { width, height, planes }: Tile,
  factor: number,
  put: (x: number, y: number, rgb: readonly [number, number, number]) => void,
): void {
  for (let y = 0; y < height * factor; y += 1)
    for (let x = 0; x < width * factor; x += 1) {
      const at = Math.floor(y / factor) * width + Math.floor(x / factor);
      const level = (channel: number): number => 127.5 + 127.5 * planes[channel % planes.length]![at]!;
      put(x, y, [level(0), level(1), level(2)]);
    }
}
