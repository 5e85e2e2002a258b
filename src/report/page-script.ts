/**
 * The little that moves on the page: choosing a recipe's confusion matrix, and opening the photos behind a cell.
 * Plain browser script; without it the page shows everything but those photos. Text goes in through `textContent`
 * alone, so a hostile file name stays a name.
 */
export const pageScript = `
"use strict";
const data = JSON.parse(document.getElementById("photos-data").textContent);
const drawer = document.getElementById("photos-drawer");
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const say = (sentence, values) => sentence.replace(/{(\\w+)}/g, (_, name) => values[name]);
const showPhoto = ([image, probability]) => {
  const item = make("li");
  const source = data.thumbnails[image];
  if (source) {
    const picture = make("img");
    picture.src = source;
    picture.alt = "";
    item.append(picture);
  } else item.append(make("span", "absent", data.words.absent));
  item.append(make("span", "", say(data.words.sure, { share: (probability * 100).toFixed(0) })), make("span", "path", data.paths[image]));
  return item;
};
const open = (button) => {
  for (const other of document.querySelectorAll("button[aria-expanded=true]")) other.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-expanded", "true");
  const { recipe, label, predicted } = button.dataset;
  const photos = data.cells[recipe][label + " " + predicted];
  const list = make("ul", "photos");
  list.append(...photos.shown.map(showPhoto));
  const cut = photos.count > photos.shown.length ? say(data.words.cut, { shown: photos.shown.length }) : "";
  const title = say(data.words.title, { label: data.classes[label], said: data.classes[predicted] });
  const note = say(photos.count === 1 ? data.words.one : data.words.many, { count: photos.count, cut });
  drawer.replaceChildren(make("h3", "", title), make("span", "note", note), list);
  drawer.hidden = false;
};
const close = () => {
  drawer.hidden = true;
  for (const button of document.querySelectorAll("button[aria-expanded=true]")) {
    button.setAttribute("aria-expanded", "false");
    button.focus();
  }
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-predicted]");
  if (!button) return;
  if (button.getAttribute("aria-expanded") === "true") close();
  else open(button);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !drawer.hidden) close();
});
const chooser = document.getElementById("confusion-recipe");
if (chooser) chooser.addEventListener("change", () => {
  drawer.hidden = true;
  for (const table of document.querySelectorAll("[data-matrix]")) table.hidden = table.dataset.matrix !== chooser.value;
});
`;
