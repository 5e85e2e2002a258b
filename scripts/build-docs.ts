import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { apiPages } from "./docs/api-pages.ts";
import { cliPage } from "./docs/cli-page.ts";
import { errorsPage } from "./docs/errors-page.ts";
import { jsonPage } from "./docs/json-page.ts";

// `npm run docs`: writes the generated pages of docs/. test/docs.test.ts holds the committed ones to the same text.

const pages = new Map([
  ["cli.md", cliPage()],
  ["zh/cli.md", cliPage("zh")],
  ["errors.md", errorsPage()],
  ["zh/errors.md", errorsPage("zh")],
  ["json.md", jsonPage()],
  ...(await apiPages()),
]);
await rm("docs/api", { recursive: true, force: true });
for (const [path, text] of pages) {
  await mkdir(dirname(join("docs", path)), { recursive: true });
  await writeFile(join("docs", path), text);
}
process.stderr.write(`docs: ${pages.size} pages written\n`);
