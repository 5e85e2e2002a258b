import { loadModel } from "rootstock/browser";
import { drawBars, formatShare } from "./bars.js";
import { firstLanguage, otherLanguage } from "./words.js";

const byId = (id) => document.getElementById(id);
const [picture, video, camera, stage] = ["picture", "video", "camera", "stage"].map(byId);

let words = firstLanguage();
let model = null;
let last = null; // the prediction on the page
let stream = null; // the camera's, while it is on
let trouble = null; // from words to what went wrong
let turn = 0; // counts what was asked

function speak() {
  document.documentElement.lang = words.tag;
  const say = (id, text) => (byId(id).textContent = text);
  say("language", words.other);
  byId("language").lang = words.otherTag;
  say("stage-title", words.stage);
  say("answer-title", words.result);
  say("drop-words", words.drop);
  say("paste-words", words.paste);
  say("choose-words", words.choose);
  say("camera", stream ? words.stop : words.camera);
  say("privacy", words.privacy);
  say("limits", words.limits);
  say("status-words", words.loading);
  picture.alt = words.yourPicture;
  if (model) describeModel(say);
  say("answer", last ? last.label : words.waiting);
  say("sure", last ? words.sure(formatShare(last.probability)) : words.waitingMore);
  byId("trouble").hidden = trouble === null;
  say("trouble", trouble ? trouble(words) : "");
}

function describeModel(say) {
  const { labels, metrics, backbones } = model.record;
  const isNew = labels.length <= 12 && !labels.every((label) => document.title.includes(label));
  say("lead", isNew ? words.lead(labels.length, words.listOf(labels)) : words.leadMany(labels.length));
  const { mean, low, high } = metrics?.accuracy ?? {};
  say("measured", metrics ? words.measured(...[mean, low, high].map(formatShare)) : "");
  say("credits", words.credits(words.listOf(backbones.map(({ name, licence }) => `${name} (${licence})`))));
}

/** Shows what the model says of anything that can be drawn, unless something else was asked meanwhile. */
async function judge(source) {
  if (!model) return;
  const mine = (turn += 1);
  stage.setAttribute("aria-busy", "true");
  const outcome = await model.predict(source).catch((error) => ({ error }));
  if (mine !== turn) return;
  last = outcome.error ? null : outcome;
  trouble = outcome.error ? (now) => reasonOf(outcome.error, now) : null;
  drawBars(byId("bars"), last?.probabilities ?? {});
  speak();
  stage.setAttribute("aria-busy", "false");
}

function reasonOf(error, now) {
  return error.code === "E_IMAGE_TYPE" ? now.noPicture : now.failed(error.message);
}

async function show(file) {
  stopCamera();
  URL.revokeObjectURL(picture.src);
  picture.src = URL.createObjectURL(file);
  reveal(picture);
  await judge(file);
  if (trouble) reveal(byId("invitation"));
}

/** One thing stands on the stage at a time. */
function reveal(element) {
  for (const one of [byId("invitation"), picture, video]) one.hidden = one !== element;
}

async function startCamera() {
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    trouble = (now) => now.noCamera;
    speak();
    return;
  }
  video.srcObject = stream;
  await video.play();
  reveal(video);
  while (stream) {
    await judge(video);
    await new Promise(requestAnimationFrame); // a hidden tab stops looking
  }
}

function stopCamera() {
  if (!stream) return;
  for (const track of stream.getTracks()) track.stop();
  stream = null;
  turn += 1; // a frame under way comes too late
  video.srcObject = null;
  reveal(byId("invitation"));
  speak();
}

/** The first file of a drop or a paste. */
function fileOf({ dataTransfer, clipboardData }) {
  return (dataTransfer ?? clipboardData)?.files[0];
}

function listen() {
  byId("language").addEventListener("click", () => {
    words = otherLanguage(words);
    speak();
  });
  byId("file").addEventListener("change", ({ target }) => {
    if (target.files[0]) void show(target.files[0]);
    target.value = ""; // the same file may be chosen again
  });
  camera.addEventListener("click", () => (stream ? stopCamera() : startCamera()));
  document.addEventListener("paste", (event) => fileOf(event) && show(fileOf(event)));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("dragenter", () => stage.classList.add("over"));
  document.addEventListener("dragleave", (event) => event.relatedTarget ?? stage.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    stage.classList.remove("over");
    if (fileOf(event)) void show(fileOf(event));
  });
}

async function start() {
  speak();
  try {
    const report = ({ done, total }) => (byId("loaded").value = done / total);
    model = await loadModel("./model", { report });
    byId("status").hidden = true;
    for (const id of ["file", "camera"]) byId(id).disabled = false;
  } catch (error) {
    trouble = (now) => now.noModel(error.message);
  }
  speak();
}

listen();
await start();
document.documentElement.dataset.ready = String(model !== null);
