import { RootstockError } from "../base/errors.ts";

/** Where a queue is, and how to be let in. */
export interface QueueAddress {
  /** Host, port and database, for people: without user and password. */
  readonly shown: string;
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly isEncrypted: boolean;
}

const schemes: Readonly<Record<string, { readonly isEncrypted: boolean }>> = {
  "redis:": { isEncrypted: false },
  "rediss:": { isEncrypted: true },
  "valkey:": { isEncrypted: false },
  "valkeys:": { isEncrypted: true },
};

/**
 * Reads `redis://[user:password@]host[:port][/database]`; `rediss:` is encrypted, and `valkey:` means the same.
 * Throws E_OPTION, never with what was given in it: a mistyped address may hold a password.
 */
export function parseQueueAddress(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const scheme = url && schemes[url.protocol];
  const [username, password] = [url?.username, url?.password].map((part) => decoded(part ?? ""));
  const database = Number(url?.pathname.replace(/^\//, "") || "0");
  const isSound = username !== null && password !== null && Number.isSafeInteger(database) && database >= 0;
  if (!url || !scheme || url.hostname === "" || !isSound) throw faulty();
  const port = Number(url.port || "6379");
  return {
    shown: `${url.protocol}//${url.hostname}:${port}/${database}`,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    database,
    username,
    password,
    ...scheme,
  };
}

/** Undefined where there is none; null where its percent signs mean nothing. */
function decoded(part: string): string | undefined | null {
  try {
    return part === "" ? undefined : decodeURIComponent(part);
  } catch {
    return null;
  }
}

function faulty(): RootstockError {
  return new RootstockError(
    "E_OPTION",
    "queue: expected an address like redis://:password@host:6379/0, got another form of text.",
    {
      hint: "rediss:// is for an encrypted connection; in a password write @ as %40, / as %2F, : as %3A, % as %25.",
    },
  );
}
