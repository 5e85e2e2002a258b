/**
 * What moves on a page of decisions: plain browser script. A key answers and goes on to the next photo; every answer can be
 * taken back; answers survive a reload where the browser keeps them. Text goes in through `textContent` alone.
 */
export const decisionScript = `
"use strict";
const data = JSON.parse(document.getElementById("decision-data").textContent);
const at = (id) => document.getElementById(id);
const say = (sentence, values) => sentence.replace(/{(\\w+)}/g, (_, name) => values[name]);
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const store = "rootstock " + location.pathname;
const decided = new Map();
try {
  for (const [sha256, label] of JSON.parse(localStorage.getItem(store) || "[]")) if (data.photos.some((photo) => photo.sha256 === sha256)) decided.set(sha256, label);
} catch {}
const saved = new Set();
const history = [];
let pile = (data.piles.find(({ id }) => data.photos.some((photo) => photo.pile === id)) || data.piles[0]).id;
let place = 0;
const shown = () => data.photos.filter((photo) => photo.pile === pile);
const current = () => shown()[place];
const keep = () => { try { localStorage.setItem(store, JSON.stringify([...decided])); } catch {} };
const answers = () => {
  const photo = current();
  const suggested = photo && photo.label;
  const rest = data.classes.filter((label) => label !== suggested);
  return suggested === null || suggested === undefined ? rest : [suggested, ...rest];
};
const wordFor = (label) => (label === null ? data.words.none : label);
const decide = (label, photos) => {
  const before = photos.map(({ sha256 }) => [sha256, decided.has(sha256), decided.get(sha256)]);
  history.push({ before, pile, place });
  for (const { sha256 } of photos) { decided.set(sha256, label); saved.delete(sha256); }
  keep();
  const list = shown();
  const next = list.findIndex((photo, i) => i > place && !decided.has(photo.sha256));
  const first = list.findIndex((photo) => !decided.has(photo.sha256));
  place = next !== -1 ? next : first !== -1 ? first : Math.min(place + 1, list.length - 1);
  draw();
};
const undo = () => {
  const last = history.pop();
  if (!last) return;
  for (const [sha256, was, label] of last.before) { if (was) decided.set(sha256, label); else decided.delete(sha256); saved.delete(sha256); }
  ({ pile, place } = last);
  keep();
  draw();
};
const groupOf = (photo) => (photo.group === null ? [photo] : data.photos.filter((other) => other.group === photo.group && other.pile === photo.pile));
let isWholeGroup = false;
const targets = () => (isWholeGroup ? groupOf(current()) : [current()]);
const drawAnswers = (photo) => {
  const box = at("answers");
  box.replaceChildren();
  if (!photo) return;
  const list = answers();
  list.slice(0, 9).forEach((label, i) => {
    const button = make("button", label === photo.label ? "suggested" : "");
    button.type = "button";
    button.append(make("kbd", "", String(i + 1)), make("span", "", label));
    button.addEventListener("click", () => decide(label, targets()));
    box.append(button);
  });
  const none = make("button");
  none.type = "button";
  none.append(make("kbd", "", "0"), make("span", "", data.words.none));
  none.addEventListener("click", () => decide(null, targets()));
  box.append(none);
};
const drawStrip = () => {
  const strip = at("strip");
  const list = shown();
  if (strip.dataset.pile !== pile) {
    strip.dataset.pile = pile;
    strip.replaceChildren(...list.map((photo, i) => {
      const item = make("li");
      const button = make("button");
      button.type = "button";
      button.setAttribute("aria-label", photo.name);
      if (photo.picture) { const image = make("img"); image.src = photo.picture; image.alt = ""; image.loading = "lazy"; button.append(image); }
      else button.textContent = data.words.absent;
      button.addEventListener("click", () => { place = i; draw(); });
      item.append(button);
      return item;
    }));
  }
  [...strip.querySelectorAll("button")].forEach((button, i) => {
    button.classList.toggle("done", decided.has(list[i].sha256));
    if (i === place) { button.setAttribute("aria-current", "true"); button.scrollIntoView({ block: "nearest", inline: "center" }); }
    else button.removeAttribute("aria-current");
  });
};
const draw = () => {
  const photo = current();
  for (const button of document.querySelectorAll("button[data-pile]")) button.setAttribute("aria-pressed", String(button.dataset.pile === pile));
  at("pile-note").textContent = data.piles.find(({ id }) => id === pile).note;
  const picture = at("picture");
  picture.replaceChildren();
  if (photo && photo.picture) { const image = make("img"); image.src = photo.picture; image.alt = photo.name; picture.append(image); }
  else picture.append(make("span", "", photo ? data.words.absent : data.words.empty));
  at("name").textContent = photo ? photo.name : "";
  at("note").textContent = photo ? photo.note : "";
  at("decided").textContent = photo && decided.has(photo.sha256) ? say(data.words.decided, { label: wordFor(decided.get(photo.sha256)) }) : "";
  drawAnswers(photo);
  const group = at("group-note");
  group.hidden = !photo || photo.group === null;
  if (photo && photo.group !== null) group.textContent = say(isWholeGroup ? data.words.wholeGroup : data.words.group, { group: photo.group, count: groupOf(photo).length });
  drawStrip();
  at("progress").textContent = say(data.words.progress, { done: decided.size, total: data.photos.length });
};
const move = (by) => { const list = shown(); place = Math.max(0, Math.min(list.length - 1, place + by)); draw(); };
const pathOf = new Map(data.photos.map((photo) => [photo.sha256, photo]));
const cell = (text) => (/[",\\r\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);
const reasonOf = (photo, label) => (label === null ? data.words.reasonNone : label === photo.label ? data.words.reasonAgreed : data.words.reasonOther);
const rowsOf = (shas) => shas.map((sha256) => { const photo = pathOf.get(sha256); const label = decided.get(sha256); return { sha256, path: photo.path, label, reason: reasonOf(photo, label) }; });
const csv = () => ["sha256,path,label,reason", ...rowsOf([...decided.keys()]).map((row) => [row.sha256, row.path, row.label === null ? "" : row.label, row.reason].map(cell).join(","))].join("\\r\\n") + "\\r\\n";
const download = () => {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.download = "decisions.csv";
  document.body.append(link);
  link.click();
  link.remove();
};
const save = async () => {
  const shas = [...decided.keys()].filter((sha256) => !saved.has(sha256));
  try {
    const answer = await fetch(data.saveTo, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(rowsOf(shas)) });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    for (const sha256 of shas) saved.add(sha256);
    at("progress").textContent = say(data.words.saved, { count: shas.length });
  } catch (error) {
    at("progress").textContent = say(data.words.notSaved, { error: error.message });
  }
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.id === "other") {
    if (event.key === "Escape") event.target.blur();
    if (event.key === "Enter") {
      const label = event.target.value.trim().normalize("NFC");
      if (label === "" || !current()) return;
      if (!data.classes.includes(label)) data.classes.push(label);
      event.target.value = "";
      event.target.blur();
      decide(label, targets());
    }
    return;
  }
  const isOnButton = event.target.closest && event.target.closest("button");
  const photo = current();
  const keys = {
    ArrowRight: () => move(1), ArrowLeft: () => move(-1), j: () => move(1), k: () => move(-1), u: undo, s: () => (data.saveTo === null ? download() : save()), d: download,
    g: () => { isWholeGroup = !isWholeGroup; draw(); },
    n: () => at("other").focus(), "/": () => at("other").focus(), 0: () => photo && decide(null, targets()), x: () => photo && decide(null, targets()),
  };
  if (event.key === "Enter" && !isOnButton && photo && photo.label !== null) keys.Enter = () => decide(photo.label, targets());
  if (/^[1-9]$/.test(event.key) && photo && answers()[event.key - 1] !== undefined) keys[event.key] = () => decide(answers()[event.key - 1], targets());
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
for (const button of document.querySelectorAll("button[data-pile]")) button.addEventListener("click", () => { pile = button.dataset.pile; place = 0; isWholeGroup = false; draw(); });
at("undo").addEventListener("click", undo);
at("download").addEventListener("click", download);
if (data.saveTo !== null) at("save").addEventListener("click", save);
draw();
`;
