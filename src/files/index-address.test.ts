import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { findIndexAddress } from "./index-address.ts";

const home = await mkdtemp(join(tmpdir(), "rootstock-index-"));
afterAll(() => rm(home, { recursive: true }));

async function write(path: string, text: string): Promise<string> {
  const full = join(home, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, text);
  return full;
}

async function found(environment: Record<string, string>, given?: string): Promise<string | undefined> {
  return (await findIndexAddress(given, { HOME: home, ...environment }))?.url.href;
}

test("findIndexAddress: what is given stands above pip's variable, that above uv's, that above pip's files", async () => {
  const named = await write("own.conf", "[global]\nindex-url = http://file.example/simple\n");
  const all = {
    PIP_INDEX_URL: "http://pip.example/simple",
    UV_DEFAULT_INDEX: "mirror=http://uv.example/simple",
    PIP_CONFIG_FILE: named,
  };
  const { PIP_INDEX_URL: _, ...withoutPip } = all;
  expect(await found(all, "http://given.example/simple")).toBe("http://given.example/simple");
  expect(await found(all)).toBe("http://pip.example/simple");
  expect(await found(withoutPip)).toBe("http://uv.example/simple");
  expect(await found({ PIP_CONFIG_FILE: named })).toBe("http://file.example/simple");
});

test("findIndexAddress: of pip's files the user's stands above the older place, [download] above [global]", async () => {
  await write(".pip/pip.conf", "[global]\nindex-url=http://older.example/simple\n");
  expect(await found({ XDG_CONFIG_HOME: join(home, "none") })).toBe("http://older.example/simple");
  await write(
    ".config/pip/pip.conf",
    "# a mirror\n[global]\ntimeout = 60\nindex-url = http://user.example/simple\n[download]\nindex_url: http://down.example/simple\n",
  );
  expect(await found({})).toBe("http://down.example/simple");
});

test("findIndexAddress: the null device as configuration means none; what is no web address is refused by name", async () => {
  expect(await found({ PIP_CONFIG_FILE: "/dev/null" })).toBeUndefined();
  await expect(found({}, "file:///mnt/simple")).rejects.toMatchObject({
    code: "E_OPTION",
    message: expect.stringContaining("--index"),
  });
  await expect(found({ PIP_INDEX_URL: "somewhere" })).rejects.toThrow(/PIP_INDEX_URL/);
});
