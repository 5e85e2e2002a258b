/** At most so many classes are shown: the likeliest. */
const shown = 10;

/** Draws the probabilities as bars, the likeliest first. Names go in as text, so a hostile one stays a name. */
export function drawBars(list, probabilities) {
  const likeliest = Object.entries(probabilities)
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown);
  while (list.children.length > likeliest.length) list.lastChild.remove();
  while (list.children.length < likeliest.length) list.append(emptyBar());
  for (const [i, [label, probability]] of likeliest.entries()) {
    const [name, track, figure] = list.children[i].children;
    name.textContent = label;
    track.firstChild.style.width = `${100 * probability}%`;
    figure.textContent = formatShare(probability);
    list.children[i].dataset.probability = String(probability);
  }
}

/** 0.0312 as "3.1 %". */
export function formatShare(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function emptyBar() {
  const item = document.createElement("li");
  const name = document.createElement("span");
  const track = document.createElement("span");
  track.className = "track";
  track.setAttribute("aria-hidden", "true");
  track.append(document.createElement("span"));
  const figure = document.createElement("span");
  figure.className = "figure";
  item.append(name, track, figure);
  return item;
}
