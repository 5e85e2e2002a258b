import { expect, test } from "vitest";
import { RootstockError } from "../base/errors.ts";
import { parseQueueAddress } from "./queue-address.ts";

test("parseQueueAddress: user and password are read, and not shown", () => {
  const address = parseQueueAddress("rediss://lab:p%40ss%2Fword@queue.example:7000/3");
  expect(address).toEqual({
    shown: "rediss://queue.example:7000/3",
    host: "queue.example",
    port: 7000,
    database: 3,
    username: "lab",
    password: "p@ss/word",
    isEncrypted: true,
  });
});

test.each([
  ["redis://localhost", "localhost", 6379, 0],
  ["redis://:secret@10.0.0.1/", "10.0.0.1", 6379, 0],
  ["valkey://[::1]:6380/2", "::1", 6380, 2],
])("parseQueueAddress: %s", (text, host, port, database) => {
  expect(parseQueueAddress(text)).toMatchObject({ host, port, database, isEncrypted: false });
});

test.each([
  "secret@host",
  "http://:secret@host",
  "redis://:secret@",
  "redis://:secret@host/first",
  "redis://:secret@host/-1",
  "redis://:secret%@host",
  "redis://:sec#ret@host:port",
  "",
])("parseQueueAddress: what is no address is refused without a word of it: %j", (text) => {
  try {
    parseQueueAddress(text);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(RootstockError);
    const { code, message, hint } = error as RootstockError;
    expect(code).toBe("E_OPTION");
    expect(message + hint).not.toMatch(/secret|ret@/);
  }
});
