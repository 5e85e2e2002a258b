import { spawnSync } from "node:child_process";

/** What a command prints with `--json`: one value, or one a line, or a list of them. */
interface Output {
  readonly command: string;
  readonly how: string;
  /** The file in `src/` and the type in it. */
  readonly type: readonly [file: string, name: string];
}

/** Every command that has `--json`, and the type that it prints. */
export const outputs: readonly Output[] = [
  { command: "compare", how: "One object.", type: ["workflow/compare", "CompareResult"] },
  {
    command: "compare --shard-index",
    how: "One object; the comparison is in it for the process that finished the run.",
    type: ["workflow/compare-shard", "ShardResult"],
  },
  { command: "worker", how: "One object, when it ends.", type: ["workflow/worker", "WorkerResult"] },
  { command: "train", how: "One object.", type: ["workflow/train", "TrainResult"] },
  { command: "pretrain", how: "One object.", type: ["workflow/pretrain", "PretrainResult"] },
  {
    command: "predict",
    how: "One object a line, one for each picture, as soon as it is known.",
    type: ["workflow/correct-predictions", "PredictionLine"],
  },
  { command: "evaluate", how: "One object.", type: ["workflow/evaluate-model", "EvaluationResult"] },
  { command: "update", how: "One object.", type: ["workflow/update", "UpdateResult"] },
  { command: "merge", how: "One object.", type: ["workflow/merge-models", "MergeResult"] },
  { command: "drift", how: "One object.", type: ["workflow/drift", "DriftResult"] },
  {
    command: "labels check",
    how: "One object.",
    type: ["workflow/labels/check-labels", "LabelsCheckResult"],
  },
  { command: "inbox", how: "One object.", type: ["workflow/inbox/inbox-result", "InboxResult"] },
  { command: "check", how: "One object.", type: ["data/check-images", "DataHealth"] },
  {
    command: "labels init",
    how: "One object.",
    type: ["workflow/labels/begin-labels", "LabelsBegun"],
  },
  {
    command: "labels sync",
    how: "One object, whether the changes were recorded (`--yes`) or not (exit code 2).",
    type: ["workflow/labels/sync-labels", "SyncOutcome"],
  },
  {
    command: "labels log",
    how: "One object.",
    type: ["workflow/labels/show-labels", "LabelsLog"],
  },
  {
    command: "labels log --photo",
    how: "One object.",
    type: ["workflow/labels/show-labels", "PhotoLog"],
  },
  { command: "labels diff", how: "One object.", type: ["workflow/labels/diff-labels", "LabelsDiff"] },
  { command: "labels at", how: "One object.", type: ["workflow/labels/show-labels", "LabelsAt"] },
  { command: "labels undo", how: "One object.", type: ["workflow/labels/undo-labels", "LabelsUndone"] },
  {
    command: "labels rename",
    how: "One object.",
    type: ["workflow/labels/change-classes", "ClassesChanged"],
  },
  {
    command: "labels merge",
    how: "One object.",
    type: ["workflow/labels/change-classes", "ClassesChanged"],
  },
  {
    command: "labels split",
    how: "One object.",
    type: ["workflow/labels/change-classes", "ClassesChanged"],
  },
  {
    command: "labels record",
    how: "One object.",
    type: ["workflow/labels/record-labels", "LabelsRecorded"],
  },
  {
    command: "labels export",
    how: "One object; the table is in the file that `--out` names.",
    type: ["workflow/labels/export-labels", "LabelsExported"],
  },
  { command: "features", how: "One object.", type: ["workflow/features", "FeaturesResult"] },
  {
    command: "backbones list",
    how: "A list of objects.",
    type: ["backbones/list-backbones", "BackboneEntry"],
  },
  {
    command: "backbones show",
    how: "One object: the card of a network. Of a model folder it is `rootstock.json`, of `--filters` the picture's size.",
    type: ["backbones/card", "Card"],
  },
  {
    command: "backbones add",
    how: "One object.",
    type: ["workflow/backbones/add-backbone", "AddedBackbone"],
  },
  {
    command: "backbones pull",
    how: "One object.",
    type: ["workflow/backbones/pull-backbone", "PulledBackbone"],
  },
  { command: "verify", how: "One object.", type: ["workflow/verify", "VerifyResult"] },
  { command: "page", how: "One object.", type: ["workflow/page", "PageResult"] },
  { command: "runs list", how: "A list of objects.", type: ["workflow/earlier-runs", "RunLine"] },
  {
    command: "runs show",
    how: "`run.json` of a finished run; as JSON Schema: [run.schema.json](run.schema.json).",
    type: ["runs/run-record", "RunRecord"],
  },
  { command: "doctor", how: "One object.", type: ["workflow/doctor", "DoctorFindings"] },
];

/** The record of a model folder, which tools may read. */
const record: Output["type"] = ["bundle/bundle-record", "BundleRecord"];

/** docs/json.md, from the types that the compiler emitted. */
export function jsonPage(): string {
  const shapes = shapesOf([...outputs.map(({ type }) => type), record]);
  const chapter = (title: string, how: string, shape: string): string[] => [
    `## ${title}`,
    "",
    how,
    "",
    "```ts",
    shape,
    "```",
    "",
  ];
  return [
    "# JSON",
    "",
    "With `--json` a command prints its result on stdout and nothing else there; progress and warnings go to stderr. The",
    "names are a contract: they stay, and keys may be added. `?` stands behind a key that may be absent. A failed command",
    'prints `{ "error": { "code", "message", "hint" } }` and ends with the exit code of its [error](errors.md). The library',
    "gives the same values.",
    "",
    ...outputs.flatMap(({ command, how }, i) => chapter(command, how, shapes[i]!)),
    ...chapter("rootstock.json", "In every model folder: what the model says of itself.", shapes.at(-1)!),
  ].join("\n");
}

function shapesOf(types: readonly Output["type"][]): string[] {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/reference/shapes.mjs"], {
    input: JSON.stringify(types),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as string[];
}
