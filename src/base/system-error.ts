/** What Node throws when the system refuses a call on a file, folder, pipe or socket. */
export interface SystemError extends Error {
  readonly code: string;
  readonly syscall: string;
  readonly path?: string;
  readonly dest?: string;
}

/** A refusal as plain data: an `ErrorRecord` of one of these codes. */
export interface SystemErrorRecord {
  readonly code: "E_FILE" | "E_DISK_FULL";
  readonly message: string;
  readonly hint: string;
}

/** Whose refusal it was: what is named, and what was wanted of it. Default: the error's own path and call. */
export interface Refused {
  /** As it stands at the head of the message; a path comes quoted. */
  readonly subject?: string | undefined;
  readonly doing?: Doing | undefined;
}

type Doing = "read" | "write";

interface Refusal {
  readonly reason: string;
  readonly code?: SystemErrorRecord["code"];
  readonly hint: string | Readonly<Record<Doing, string>>;
}

const rights = {
  read: "Check that you may read it, and look into the folders above it.",
  write: "Check that you may write there, or choose another place.",
};
const fullDisk = "Free some space and run again; what was written before is intact.";
const oneIsAFile = "A part of the path is a file: correct the path.";
const looking = "Check the path.";

/** Every refusal of POSIX and Windows that a file's user can meet, in words, with the next step. */
const refusals: Readonly<Record<string, Refusal>> = {
  ENOSPC: { code: "E_DISK_FULL", reason: "no space left on the disk", hint: fullDisk },
  EDQUOT: { code: "E_DISK_FULL", reason: "the quota of this user is used up", hint: fullDisk },
  EFBIG: { reason: "the file would be larger than this disk allows", hint: "Write to another disk." },
  EACCES: { reason: "permission denied", hint: rights },
  EPERM: { reason: "the system does not permit it", hint: rights },
  EROFS: { reason: "the disk is read-only", hint: "Choose a place that can be written to." },
  ENOENT: { reason: "no such file or folder", hint: looking },
  ENOTDIR: { reason: "expected a folder, got a file", hint: oneIsAFile },
  EISDIR: { reason: "expected a file, got a folder", hint: "Name a file, or remove the folder." },
  EEXIST: { reason: "it exists already", hint: "Choose another name, or remove it." },
  ENOTEMPTY: { reason: "the folder is not empty", hint: "Choose another name, or empty it." },
  ENAMETOOLONG: { reason: "the name is too long for this disk", hint: "Choose a shorter one." },
  ELOOP: { reason: "its links lead in a circle", hint: "Remove the link, or name what it should lead to." },
  EINVAL: { reason: "the system does not take this name or call", hint: "Choose another name or place." },
  EILSEQ: { reason: "the disk does not take this name", hint: "Choose another name." },
  EXDEV: { reason: "it lies on another disk", hint: "Choose a place on the same disk." },
  EBUSY: { reason: "another program is using it", hint: "Close that program and run again." },
  ETXTBSY: { reason: "another program is using it", hint: "Close that program and run again." },
  EMFILE: { reason: "too many files are open", hint: "Raise the limit (ulimit -n 4096) and run again." },
  ENFILE: { reason: "too many files are open on this machine", hint: "Close some programs and run again." },
  ENOMEM: { reason: "not enough memory", hint: "Close some programs and run again." },
  EIO: { reason: "the disk failed", hint: "Check the disk, or copy the files to another and run again." },
  ENXIO: { reason: "the device is not there", hint: "Check that the disk is connected." },
  ENODEV: { reason: "the device is not there", hint: "Check that the disk is connected." },
  ESTALE: { reason: "the network drive lost it", hint: "Connect the drive again and run again." },
  ETIMEDOUT: { reason: "the drive did not answer", hint: "Check the connection and run again." },
  ERR_FS_FILE_TOO_LARGE: { reason: "the file is larger than 2 GiB", hint: "Name a smaller file." },
};

/** Calls that write, by the names Node gives them; those that only look; `open` may do either. */
const writing =
  /^(write|fsync|fdatasync|ftruncate|mkdir|mkdtemp|rename|rm|rmdir|unlink|copyfile|cp|link|symlink|chmod)/;
const reading = /^(read|scandir|opendir|stat|lstat|fstat|realpath|access)/;
const onFiles = new RegExp(`${writing.source}|${reading.source}|^(open|close|lchown|futime|utime)`);

/** True where the operating system refused a call on a file, as Node hands it on; not for one on the network. */
export function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error) || !("code" in error && "syscall" in error)) return false;
  const { code, syscall } = error;
  return typeof code === "string" && typeof syscall === "string" && onFiles.test(syscall);
}

/** True where there simply is nothing at the path, as against something that may not be looked at. */
export function isAbsent(error: unknown): boolean {
  return isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** Why the system refused, in words and without the path; any other error's own first line. */
export function reasonOf(error: unknown): string {
  if (isSystemError(error)) return refusalOf(error)?.reason ?? `the system said ${error.code}`;
  return (error instanceof Error ? error.message : String(error)).split("\n", 1)[0]!;
}

/** A refusal as plain data: `"runs/a.json": cannot be written: no space left on the disk.` and what to do. */
export function describeSystemError(error: SystemError, refused: Refused = {}): SystemErrorRecord {
  const { subject = subjectOf(error), doing = doingOf(error) } = refused;
  const { code = "E_FILE", hint } = refusalOf(error) ?? { hint: looking };
  const done = doing === null ? "opened" : { read: "read", write: "written" }[doing];
  return {
    code,
    message: `${subject}: cannot be ${done}: ${reasonOf(error)}.`,
    hint: typeof hint === "string" ? hint : hint[doing ?? "read"],
  };
}

/** What helps where `path`, as the user knows it, cannot be read. */
export function readingHint(path: string, error: unknown): string {
  if (path.includes("\ufffd")) return "Its name is not in UTF-8: rename it, for example with convmv.";
  if (isSystemError(error)) return describeSystemError(error, { doing: "read" }).hint;
  return "Check that it exists and that you may read it.";
}

/** Node, making a folder and those above it, says of a file in the way that it exists. */
function refusalOf({ code, syscall }: SystemError): Refusal | undefined {
  return refusals[code === "EEXIST" && syscall === "mkdir" ? "ENOTDIR" : code];
}

/** What was wanted of the file; null where the call does not tell. */
function doingOf({ syscall }: SystemError): Doing | null {
  if (writing.test(syscall)) return "write";
  return reading.test(syscall) ? "read" : null;
}

/** The place that was to be made, where there are two: renaming names what is there first. */
function subjectOf({ path, dest, syscall }: SystemError): string {
  const place = dest ?? path;
  return place === undefined ? `file (${syscall})` : JSON.stringify(place);
}
