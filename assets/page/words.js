// Everything the page says, in both languages. Values are texts, or functions from figures to texts.

const english = {
  tag: "en",
  other: "中文",
  otherTag: "zh",
  listOf: (names) => new Intl.ListFormat("en").format(names),
  lead: (count, names) => `Tells ${count} kinds of pictures apart: ${names}.`,
  leadMany: (count) => `Tells ${count} kinds of pictures apart.`,
  loading: "Loading the model",
  looking: "Looking …",
  stage: "Picture",
  result: "Result",
  drop: "Drop a picture here",
  paste: "or paste one",
  choose: "Choose a picture",
  camera: "Use the camera",
  stop: "Stop the camera",
  waiting: "What will it be?",
  waitingMore: "The answer stands here as soon as there is a picture.",
  sure: (share) => `${share} sure`,
  yourPicture: "Your picture",
  privacy: "Everything happens in this browser: no picture leaves your device.",
  measured: (mean, low, high) =>
    `Measured by cross-validation: ${mean} of pictures right (95 % interval ${low} to ${high}), for pictures like those it learned from.`,
  limits:
    "It knows nothing but these kinds and gives every picture one of them, also a picture of something else.",
  credits: (names) => `Made with Rootstock; runs on ONNX Runtime. Network: ${names}.`,
  noModel: (reason) => `The model could not be loaded. ${reason}`,
  noPicture: "This is no picture that your browser can read.",
  noCamera:
    "The camera could not be opened. Allow it in the browser; it needs a page from https:// or localhost.",
  failed: (reason) => `This picture could not be judged. ${reason}`,
};

const chinese = {
  tag: "zh",
  other: "English",
  otherTag: "en",
  listOf: (names) => names.join("、"),
  lead: (count, names) => `可以分辨 ${count} 类图片：${names}。`,
  leadMany: (count) => `可以分辨 ${count} 类图片。`,
  loading: "正在加载模型",
  looking: "正在识别……",
  stage: "图片",
  result: "结果",
  drop: "把图片拖到这里",
  paste: "也可以直接粘贴",
  choose: "选择图片",
  camera: "使用摄像头",
  stop: "关闭摄像头",
  waiting: "会是哪一类？",
  waitingMore: "给出一张图片，答案就显示在这里。",
  sure: (share) => `把握 ${share}`,
  yourPicture: "您的图片",
  privacy: "一切都在本浏览器内完成，图片不会离开您的设备。",
  measured: (mean, low, high) =>
    `交叉验证的实测结果：对于与训练图片相似的图片，正确率为 ${mean}（95 % 置信区间 ${low} 至 ${high}）。`,
  limits: "它只认识这几类，对任何图片都会给出其中一类，哪怕图里是别的东西。",
  credits: (names) => `由 Rootstock 生成，运行于 ONNX Runtime。网络：${names}。`,
  noModel: (reason) => `模型加载失败。${reason}`,
  noPicture: "浏览器无法读取这张图片。",
  noCamera: "无法打开摄像头。请在浏览器中允许使用；页面须来自 https:// 或 localhost。",
  failed: (reason) => `无法识别这张图片。${reason}`,
};

/** The language kept from last time, else the visitor's own. */
export function firstLanguage() {
  const kept = localStorage.getItem("language");
  return (kept ?? navigator.language).startsWith("zh") ? chinese : english;
}

/** The other of the two, kept for next time. */
export function otherLanguage(words) {
  localStorage.setItem("language", words.otherTag);
  return words === english ? chinese : english;
}
