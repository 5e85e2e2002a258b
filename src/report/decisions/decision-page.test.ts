import { AxeBuilder } from "@axe-core/playwright";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type Page, chromium } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chinese } from "../../words/zh/zh.ts";
import { english } from "../../words/en/en.ts";
import { type DecidedPhoto, type DecisionView, renderDecisionPage } from "./decision-page.ts";

const browserPath = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

const hostile = "</script><img src=x onerror=alert(1)>";
const sha = (i: number): string => String(i).padStart(64, "0");

async function viewOf(words = english): Promise<DecisionView> {
  const picture = async (i: number): Promise<string> => {
    const background = { r: 40 * i, g: 120, b: 200 - 30 * i };
    const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .jpeg()
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString("base64")}`;
  };
  const photo = async (i: number, more: Partial<DecidedPhoto>): Promise<DecidedPhoto> => ({
    sha256: sha(i),
    path: `/new/${i}, "x".jpg`,
    name: i === 1 ? hostile : `${i}.jpg`,
    label: "daisy",
    note: "daisy, 51.0 % sure",
    pile: "look",
    group: null,
    picture: i === 2 ? null : await picture(i),
    ...more,
  });
  return {
    title: "5 photos to decide on",
    lead: ["Nothing is accepted."],
    classes: ["daisy", "roses", hostile],
    piles: ["look", "foreign", "accepted"].map((id) => ({ id, title: `${id} pile`, note: `about ${id}` })),
    photos: [
      await photo(0, {}),
      await photo(1, { label: "roses" }),
      await photo(2, {}),
      await photo(3, { pile: "foreign", group: "1", label: null }),
      await photo(4, { pile: "foreign", group: "1", label: null }),
    ],
    words,
    saveTo: null,
  };
}

describe.skipIf(browserPath === undefined)("the page of decisions in a browser", () => {
  let folder: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rootstock-decisions-"));
    await writeFile(join(folder, "en.html"), renderDecisionPage(await viewOf()));
    await writeFile(join(folder, "zh.html"), renderDecisionPage(await viewOf(chinese)));
    browser = await chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openPage({ lang = "en", colorScheme = "light" as "light" | "dark", width = 1200 } = {}) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) complaints.push(`request ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, `${lang}.html`)).href);
    return { page, complaints };
  }

  async function decisionsOf(page: Page): Promise<string> {
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("d")]);
    return await readFile((await download.path())!, "utf8");
  }

  test("keys alone decide every photo, a whole group at once, and take back; the decisions leave as CSV", async () => {
    const { page, complaints } = await openPage();
    await page.keyboard.press("Enter");
    await page.keyboard.press("0");
    expect(await page.locator("#progress").textContent()).toBe("2 of 5 decided");
    await page.keyboard.press("u");
    await page.keyboard.press("2");
    await page.keyboard.press("n");
    await page.keyboard.type('tulips, "late"');
    await page.keyboard.press("Enter");
    await page.locator("button[data-pile=foreign]").click();
    await page.keyboard.press("g");
    await page.keyboard.press("0");
    expect(await page.locator("#progress").textContent()).toBe("5 of 5 decided");
    const rows = (await decisionsOf(page)).split("\r\n");
    expect(rows[0]).toBe("sha256,path,label,reason");
    expect(rows.slice(1, 4)).toEqual([
      `${sha(0)},"/new/0, ""x"".jpg",daisy,as suggested`,
      `${sha(1)},"/new/1, ""x"".jpg",daisy,decided otherwise`,
      `${sha(2)},"/new/2, ""x"".jpg","tulips, ""late""",decided otherwise`,
    ]);
    expect(rows.slice(4, 6).map((row) => row.slice(-25))).toEqual(
      [",,none of the classes", ",,none of the classes"].map(
        (end) => expect.stringMatching(new RegExp(`${end}$`)) as string,
      ),
    );
    expect(complaints).toEqual([]);
  });

  test("decisions are there again after the page was loaded again", async () => {
    const { page } = await openPage();
    await page.keyboard.press("Enter");
    await page.reload();
    expect(await page.locator("#progress").textContent()).toBe("1 of 5 decided");
  });

  test("names that are markup are shown as text, and nothing of them runs", async () => {
    const { page, complaints } = await openPage();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("#name").textContent()).toBe(hostile);
    expect(await page.locator("#answers").textContent()).toContain(hostile);
    expect(await page.locator("img[src='x']").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "axe finds nothing serious in %s, in either language",
    async (colorScheme) => {
      for (const lang of ["en", "zh"]) {
        const { page } = await openPage({ lang, colorScheme });
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(await page.evaluate<string>("document.documentElement.lang")).toBe(lang);
      }
    },
  );

  test.each([360, 768])("nothing hangs out of a window %d pixels wide", async (width) => {
    const { page } = await openPage({ width });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });
});
