import { AxeBuilder } from "@axe-core/playwright";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wasmFiles } from "../src/engine/wasm-files.ts";
import { loadModel, train } from "../src/index.ts";
import { temporaryFolder, writePatternPhotos } from "./pattern-photos.ts";

const program = resolve("dist/src/cli/main.js");
const hostile = `<img src=x onerror=alert(1)> & "down"`;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let photos = "";
let model = "";
let out = "";

function rootstock(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...words], { cwd: folder.path, encoding: "utf8" });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  [photos, model, out] = ["photos", "model", "page"].map((name) => join(folder.path, name)) as [
    string,
    string,
    string,
  ];
  await writePatternPhotos(photos, 6);
  const table = ["across", "down", "slanted"].flatMap((label) =>
    Array.from(
      { length: 6 },
      (_, i) => `photos/${label}/${i}.png,"${(label === "down" ? hostile : label).replaceAll('"', '""')}"`,
    ),
  );
  await writeFile(join(folder.path, "photos.csv"), ["path,label", ...table].join("\n"));
  await train(join(folder.path, "photos.csv"), { recipe: "lda", cache: null, out: model }).result;
});
afterAll(async () => await folder[Symbol.asyncDispose]());

test("page: one folder with everything, replaced when written again; another folder is left alone", async () => {
  await mkdir(out); // an empty folder is as good as none
  const { status, stdout } = rootstock("page", model, "--out", out, "--json");
  expect(status).toBe(0);
  const written = JSON.parse(stdout) as { page: string; files: number; sizeBytes: number };
  expect(written).toMatchObject({ page: out, files: expect.any(Number) });
  expect(await readdir(out)).toEqual(
    expect.arrayContaining(["index.html", "model", "page.js", "rootstock", "runtime"]),
  );
  expect(await readdir(join(out, "model"))).toEqual(["onnx", "rootstock.json"]);
  const again = rootstock("page", model, "--out", out, "--title", "Stripes");
  expect(again.stdout).toContain(`${out}: ${written.files} files`);
  expect(await readFile(join(out, "index.html"), "utf8")).toContain("<title>Stripes</title>");
  const refused = rootstock("page", model, "--out", photos);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("E_FILE");
});

test("page: nothing in the files that we write names an address outside", async () => {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const ours = entries.filter(
    (one) => /\.(html|js|css|svg)$/.test(one.name) && !one.parentPath.endsWith("runtime"),
  );
  expect(ours.length).toBeGreaterThan(12);
  for (const { parentPath, name } of ours) {
    const text = await readFile(join(parentPath, name), "utf8");
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\/\w/);
  }
});

test("page: without onnxruntime-web it says how to install it", () => {
  const missing = (): never => {
    throw new Error("Cannot find module");
  };
  expect(() => wasmFiles(missing)).toThrow(
    expect.objectContaining({ code: "E_ENGINE", hint: "npm install onnxruntime-web@1.30.0" }),
  );
});

const browserPath = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
if (browserPath === undefined) console.log("page: not opened, no chromium found; set CHROMIUM to its path.");

describe.skipIf(browserPath === undefined)("the page in a browser", () => {
  let browser: Browser;
  let server: Server;
  let address = "";

  beforeAll(async () => {
    if (!existsSync(out)) expect(rootstock("page", model, "--out", out).status).toBe(0);
    server = await serve(out);
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    browser = await chromium.launch({
      executablePath: browserPath!,
      args: ["--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
    });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** One page for all, opened in English and then cut off from the network: its runtime takes a second to compile. */
  let page: Page;
  /** What a page in order never does: words on the console, requests elsewhere or once it is loaded. */
  const complaints: string[] = [];

  async function openPage(locale: string): Promise<Page> {
    const context = await browser.newContext({ locale, reducedMotion: "reduce" });
    const opened = await context.newPage();
    await opened.goto(address);
    await opened.waitForSelector("html[data-ready='true']");
    return opened;
  }

  beforeAll(async () => {
    page = await openPage("en-GB");
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(blob|data):/.test(request.url())) complaints.push(request.url());
    });
    await page.context().setOffline(true);
  });

  /** The bars, by label. */
  async function probabilities(): Promise<Record<string, number>> {
    await page.waitForSelector("#stage[aria-busy='false'] ~ * #bars li");
    return await page.evaluate<Record<string, number>>(
      `Object.fromEntries([...document.querySelectorAll("#bars li")].map((item) => [item.firstChild.textContent, Number(item.dataset.probability)]))`,
    );
  }

  async function choose(path: string): Promise<Record<string, number>> {
    await page.evaluate(`document.getElementById("bars").replaceChildren()`);
    await page.setInputFiles("#file", path);
    return await probabilities();
  }

  test("a chosen PNG and a chosen JPEG get the probabilities of predict, without a network once it is loaded", async () => {
    await using here = await loadModel(model);
    for (const path of [join(photos, "down", "3.png"), resolve("samples/flowers/daisy/daisy-01.jpg")]) {
      const expected = await here.predict(path);
      const found = await choose(path);
      expect(Object.keys(found).sort()).toEqual([...here.labels].sort());
      for (const label of here.labels)
        expect(Math.abs(found[label]! - expected.probabilities[label]!)).toBeLessThan(1e-3);
      expect(await page.textContent("#answer")).toBe(expected.label);
    }
    expect(complaints).toEqual([]);
  });

  test("a dropped and a pasted picture are judged", async () => {
    const png = (await readFile(join(photos, "slanted", "1.png"))).toString("base64");
    for (const kind of ["drop", "paste"]) {
      await page.evaluate(
        `(() => {
          document.getElementById("bars").replaceChildren();
          const bytes = Uint8Array.from(atob("${png}"), (sign) => sign.charCodeAt(0));
          const files = new DataTransfer();
          files.items.add(new File([bytes], "1.png", { type: "image/png" }));
          const event = "${kind}" === "drop"
            ? new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: files, bubbles: true });
          document.getElementById("stage").dispatchEvent(event);
        })()`,
      );
      const found = await probabilities();
      expect(found["slanted"]).toBeGreaterThan(0.5);
      expect(await page.isVisible("#picture")).toBe(true);
    }
    expect(complaints).toEqual([]);
  });

  test("the camera is judged while it is on, and goes off again", async () => {
    await page.evaluate(`document.getElementById("bars").replaceChildren()`);
    await page.click("#camera");
    expect(Object.values(await probabilities()).reduce((a, b) => a + b)).toBeCloseTo(1, 4);
    expect(await page.isVisible("#video")).toBe(true);
    expect(await page.textContent("#camera")).toBe("Stop the camera");
    await page.click("#camera");
    expect(await page.isVisible("#video")).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("a file that is no picture is named as such, and the next picture is judged", async () => {
    const broken = join(folder.path, "broken.jpg");
    await writeFile(broken, "no picture");
    await page.setInputFiles("#file", broken);
    await page.waitForSelector("#trouble:not([hidden])");
    expect(await page.textContent("#trouble")).toBe("This is no picture that your browser can read.");
    await choose(join(photos, "across", "0.png"));
    expect(await page.isVisible("#trouble")).toBe(false);
  });

  test("English or Chinese by the visitor's language, and the other at a click, kept for the next visit", async () => {
    const page = await openPage("zh-CN");
    expect(await page.textContent("#drop-words")).toBe("把图片拖到这里");
    expect(await page.getAttribute("html", "lang")).toBe("zh");
    await page.click("#language");
    expect(await page.textContent("#drop-words")).toBe("Drop a picture here");
    await page.reload();
    await page.waitForSelector("html[data-ready='true']");
    expect(await page.textContent("#choose-words")).toBe("Choose a picture");
  });

  test("a class name full of markup is text", async () => {
    const found = await choose(join(photos, "down", "0.png"));
    expect(Object.keys(found)).toContain(hostile);
    expect(await page.textContent("#answer")).toBe(hostile);
    expect(await page.locator("img[src='x']").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious in %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const serious = async (): Promise<string[]> =>
      (await new AxeBuilder({ page }).analyze()).violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    expect(await serious()).toEqual([]);
    await choose(join(photos, "down", "0.png"));
    expect(await serious()).toEqual([]);
  });

  test.each([360, 768])("nothing hangs out of a window %d pixels wide", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await choose(join(photos, "down", "0.png"));
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });
});

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** As simple as a static host can be. */
async function serve(root: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1");
    const path = join(root, pathname === "/" ? "index.html" : pathname);
    const bytes = await readFile(path).catch(() => null);
    response.writeHead(bytes === null ? 404 : 200, {
      "content-type": types[extname(path)] ?? "application/octet-stream",
    });
    response.end(bytes);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}
