import { thumbnailLimits } from "./choose-thumbnails.ts";
import { openCells } from "./open-cells.ts";
import { type ReportView, judgedImages } from "./report-view.ts";

/** What the page's script shows: by recipe and cell that can be opened the most confident images; nothing of the rest. */
export function photosData({ run, measured, thumbnails, words }: ReportView) {
  const used = new Set<number>();
  const cells = measured.map((recipe) => {
    const byCell: Record<string, { count: number; shown: [number, number][] }> = {};
    const isOpen = openCells(recipe);
    for (const { image, label, predicted, probability } of judgedImages(run, recipe)) {
      if (!isOpen({ label, predicted })) continue;
      const entry = (byCell[`${label} ${predicted}`] ??= { count: 0, shown: [] });
      entry.count += 1;
      if (entry.shown.length >= thumbnailLimits.perCell) continue;
      entry.shown.push([image, Number(probability.toFixed(4))]);
      used.add(image);
    }
    return byCell;
  });
  const shown = [...used];
  return {
    words: words.reportResults.confusion.script,
    classes: run.dataset.classes,
    cells,
    paths: Object.fromEntries(shown.map((image) => [image, run.images[image]!.path])),
    thumbnails: Object.fromEntries(
      shown.filter((image) => thumbnails.has(image)).map((image) => [image, thumbnails.get(image)]),
    ),
  };
}
