import { AxeBuilder } from "@axe-core/playwright";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawSampleImages, hostileClasses, sampleRun } from "../../test/fixtures/sample-run.ts";
import { renderReport } from "./render-report.ts";

const browserPath = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
if (browserPath === undefined)
  console.log("report page: skipped, no chromium found; set CHROMIUM to its path.");

describe.skipIf(browserPath === undefined)("the report in a browser", () => {
  let folder: string;
  let browser: Browser;
  const run = sampleRun();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rootstock-report-"));
    await drawSampleImages(run, folder);
    await writeFile(
      join(folder, "report.html"),
      await renderReport(run, { imageRoot: folder, folder: "runs/sample" }),
    );
    browser = await chromium.launch({ executablePath: browserPath!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The page, and everything that it should not do. */
  async function openPage(setting: { colorScheme?: "light" | "dark"; width?: number } = {}) {
    const { colorScheme = "light", width = 1200 } = setting;
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) complaints.push(`request ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, "report.html")).href);
    return { page, complaints };
  }

  async function seriousFindings(page: Page): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  }

  test.each(["light", "dark"] as const)(
    "axe finds nothing serious in %s, photos and details open",
    async (colorScheme) => {
      const { page } = await openPage({ colorScheme });
      expect(await seriousFindings(page)).toEqual([]);
      await page.locator("button[data-predicted]:visible").first().click();
      await page.locator("summary").first().click();
      expect(await seriousFindings(page)).toEqual([]);
    },
  );

  test("light and dark differ, and follow the reader's system", async () => {
    const groundOf = async (colorScheme: "light" | "dark"): Promise<string> => {
      const { page } = await openPage({ colorScheme });
      return await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    };
    expect([await groundOf("light"), await groundOf("dark")]).toEqual([
      "rgb(251, 250, 247)",
      "rgb(20, 23, 21)",
    ]);
  });

  test("a cell of the confusion matrix opens its photos, a second click or Escape closes them", async () => {
    const { page, complaints } = await openPage();
    const cell = page.locator("button[data-label='2'][data-predicted='2']:visible");
    const count = Number(await cell.textContent());
    await cell.click();
    const drawer = page.locator("#photos-drawer");
    expect(await drawer.locator("h3").textContent()).toBe("daisy called daisy");
    expect(await drawer.locator("li").count()).toBe(Math.min(8, count));
    const widths = await page.evaluate<number[]>(
      `Promise.all([...document.querySelectorAll("#photos-drawer img")].map(async (image) => {
        await image.decode();
        return image.naturalWidth;
      }))`,
    );
    expect(widths.length).toBeGreaterThan(0);
    expect(widths.every((width) => width === 96)).toBe(true);
    expect(await cell.getAttribute("aria-expanded")).toBe("true");
    await cell.click();
    expect(await drawer.isVisible()).toBe(false);
    await cell.click();
    await page.keyboard.press("Escape");
    expect(await drawer.isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  test("another recipe's matrix can be chosen", async () => {
    const { page } = await openPage();
    expect(await page.locator("[data-matrix='0']").isVisible()).toBe(true);
    await page.selectOption("#confusion-recipe", "1");
    expect(await page.locator("[data-matrix='0']").isVisible()).toBe(false);
    expect(await page.locator("[data-matrix='1']").isVisible()).toBe(true);
  });

  test("hostile class and file names are shown as text, nothing of them runs", async () => {
    const { page, complaints } = await openPage();
    expect(await page.title()).toBe(`${run.verdict.split(". ")[0]} · Rootstock`);
    expect(await page.locator("script").count()).toBe(2);
    expect(await page.locator("img[src='x']").count()).toBe(0);
    const names = await page.locator("section:has(#classes) tbody th").allTextContents();
    expect(names).toEqual(hostileClasses);
    expect(await page.locator("section:has(#data)").textContent()).toContain(
      "<img src=x onerror=alert(1)>.jpg",
    );
    await page.locator("button[data-label='1']:visible").first().click();
    expect(await page.locator("#photos-drawer h3").textContent()).toContain(hostileClasses[1]);
    expect(await page.locator("#photos-drawer .path").first().textContent()).toContain("<b>");
    expect(complaints).toEqual([]);
  });

  test.each([360, 768])("nothing hangs out of a window %d pixels wide", async (width) => {
    const { page } = await openPage({ width });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  });

  test("on paper it is light, and no table is cut at the edge", async () => {
    const { page } = await openPage({ colorScheme: "dark", width: 680 });
    await page.emulateMedia({ media: "print" });
    const cut = await page.evaluate<string[]>(
      `[...document.querySelectorAll(".scroll")]
        .filter((region) => region.scrollWidth > region.clientWidth)
        .map((region) => region.getAttribute("aria-label"))`,
    );
    expect(cut).toEqual([]);
    expect(await page.evaluate<string>("getComputedStyle(document.body).color")).toBe("rgb(29, 33, 30)");
  });
});
