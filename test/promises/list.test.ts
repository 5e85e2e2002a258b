import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// What README, help and docs promise, promise by promise, and the test that holds each. Whoever writes a promise adds a
// line; a test that is renamed or goes away is missed here.

const cli = "test/cli.test.ts";
const mainJob = "test/promises/main-job.test.ts";
const commands = "test/promises/commands.test.ts";
const recipes = "test/promises/recipes.test.ts";
const data = "test/promises/data.test.ts";
const backbones = "test/promises/backbones.test.ts";
const cache = "test/promises/cache.test.ts";
const pretraining = "test/promises/pretraining.test.ts";
const training = "test/training.test.ts";
const referee = "test/promises/referee.test.ts";
const table = "src/data/tables/find-in-table.test.ts";
const folders = "src/data/folders/find-in-folder.test.ts";
const labels = "test/promises/labels.test.ts";
const damage = "test/ledger/damage.test.ts";
const model = "test/model-folder.test.ts";
const machines = "test/machines.test.ts";
const drift = "test/drift.test.ts";
const updating = "test/promises/updating.test.ts";
const own = "test/own-classifier.test.ts";
const inbox = "test/inbox.test.ts";

/** Promise, the file of its test, the beginning of the test's title. */
const promises: readonly (readonly [promise: string, file: string, title: string])[] = [
  ["npm start compares the five ways and writes report, run.json and model", ".ci/run", "main_job()"],
  [
    "the eight lines of library run as they stand",
    "test/package.test.ts",
    "the README's lines run as they stand",
  ],
  [
    "no upload: nothing leaves the machine",
    "test/nothing-leaves.test.ts",
    "train, compare, predict and verify write",
  ],
  ["no upload, from the library either", "test/nothing-leaves.test.ts", "a library process leaves nothing"],
  [
    "no Python: weights of PyTorch are read without it",
    "test/attacks/weights.test.ts",
    "the forge itself makes a file that opens",
  ],
  [
    "says honestly which is best, and by how much",
    "src/evaluate/verdict.test.ts",
    "a lead that chance explains",
  ],
  ["compare with a folder alone tells verdict, table and places", mainJob, "compare with a folder alone"],
  [
    "nothing named: the five ways on the networks in the package",
    mainJob,
    "the default comparison is the five",
  ],
  ["one backbone named: five classifiers on it, and their blend", mainJob, "with one backbone named"],
  [
    "blend: members, their figure and the model of one graph",
    recipes,
    "a blend of your own and the shipped one",
  ],
  ["views and stages in a recipe; transforms that tuning chooses", recipes, "views, stages and alternatives"],
  [
    "an AlexNet and a VGG named: the five ways on them",
    "src/workflow/defaults.test.ts",
    "recipesFor: an AlexNet",
  ],
  [
    "recipes that are named run without a backbone",
    "src/workflow/defaults.test.ts",
    "embeddedFor: every shipped",
  ],
  ["runs/<id>/ holds report.html, run.json and model/", mainJob, "it writes runs/<id>/"],
  [
    "report.html shows verdict, table, confusions and mistakes",
    "src/report/report-page.test.ts",
    "a cell of the confusion matrix opens its photos",
  ],
  [
    "the winner is fitted on all training photos, never on the holdout",
    "test/spine.test.ts",
    "the delivered model never saw the holdout",
  ],
  [
    "a classifier of your own, named in a recipe or on the command line",
    own,
    "a module in a recipe, and one",
  ],
  ["a model folder holds a graph, never the user's module", own, "a model's classifier is a graph"],
  ["a module's content is part of the question", own, "what the module imports is part of the question"],
  ["faults of a module are told", own, "a module that cannot be taken is refused"],
  ["examples/own-classifier is run", "test/examples.test.ts", "own-classifier: its test file passes"],
  ["check: broken files, copies, conflicts, balance", data, "check names broken files"],
  ["check --folds", data, "check --folds says"],
  ["predict with the model of a run", mainJob, "the model of the run predicts"],
  [
    "predict: files, folders, patterns; a bad image is a line",
    "src/data/list-images.test.ts",
    "listImages: what is missing",
  ],
  ["a test folder is kept apart and scored once", mainJob, "a test folder around the classes"],
  ["a broken photo is named, skipped and counted", mainJob, "a broken photo is named"],
  ["copies are kept together", mainJob, "copies of a photo are kept on one side"],
  ["a stopped run is continued by the same command", cli, "Ctrl-C: exit 130"],
  ["folders, CSV and JSONL", data, "a folder, a CSV table and a JSON Lines table"],
  ["columns of a table: file_name, label, split, group", table, "a CSV as spreadsheets write it"],
  ["--split-folders", folders, "--split-folders yes without such a folder"],
  ["--unlabelled", folders, "--unlabelled names further folders"],
  ["animated and oversized pictures are named", "test/attacks/images.test.ts", "each refusal names its file"],
  ["any ONNX network with a card; backbones add writes one", cli, "backbones add: without a terminal"],
  ["PyTorch weights of AlexNet and VGG give PyTorch's outputs", "test/torch-networks.test.ts", "zip"],
  ["--backbone role=file names it, and repeats", recipes, "several backbones: a row for each"],
  [
    "alexnet-svm, vgg-bayes and fusion take their roles",
    "src/workflow/plan.test.ts",
    "planRecipes: the article's recipes",
  ],
  ["any layer, pooled by mean, maximum, both, or flat", recipes, "features: any layer and pooling"],
  ["--layer and --pool stand above the recipe", recipes, "--recipes repeats, --layer and --pool"],
  ["cached by content, so a second run computes nothing", cache, "a second compare, with another seed"],
  ["--cache and --no-cache", cache, "compare, train and features: --no-cache"],
  ["every shipped recipe on features, and your own as YAML", recipes, "every shipped recipe on features"],
  ["a recipe file is strict", recipes, "a recipe with an unknown key"],
  ["repeats in a recipe and --repeats", referee, "repeats in a recipe and --repeats"],
  [
    "every pair of recipes under the deciding test, and a matrix",
    referee,
    "every pair of recipes is in run.json",
  ],
  ["the cost of a model stands beside its accuracy", referee, "what a model costs stands beside"],
  ["near-duplicates are kept together, and check lists them", referee, "near-duplicates are kept together"],
  [
    "crops, copies encoded anew, mirrors and other brightness are found",
    "src/data/near-duplicates/near-duplicates.test.ts",
    "nearDuplicates: many copies of one picture",
  ],
  ["--lock-test keeps photos aside and counts the looks", referee, "--lock-test keeps photos aside"],
  [
    "a locked test set stays the same while photos are added",
    "src/data/lock-test.test.ts",
    "lockTest: photos that are added",
  ],
  ["predict --unknown keeps the promised share", referee, "predict --unknown keeps at least"],
  ["a mistake in a recipe: file, line, key, nearest word", referee, "a mistake in a recipe file"],
  ["one seed, the same numbers", cli, "compare: twice with one seed"],
  [
    "the reported accuracy never saw its own tuning",
    "src/evaluate/cross-validate.test.ts",
    "scores each row by the fold that held it out",
  ],
  ["95 % intervals", "src/evaluate/coverage.test.ts", "accuracyInterval without groups is Wilson"],
  [
    "the model folder loads in Transformers.js",
    "test/model-card.test.ts",
    "the lines for Node.js give what predict gives",
  ],
  ["fusion ships as one ONNX file", "test/spine.test.ts", "fusion ships as one ONNX file"],
  ["verify proves a model folder", cli, "verify: met as written"],
  ["--golden", model, "--golden photos holds reduced photos"],
  ["--no-memory", model, "a model folder remembers each training photo's features"],
  [
    "evaluate measures photos that were not trained on",
    "test/evaluate.test.ts",
    "evaluate on a folder with train/",
  ],
  ["each command has --help and --json", commands, "each command has --help"],
  ["--json: one object and nothing else", commands, "--json: one object on stdout"],
  ["--json of compare, by contract", cli, "compare --json: the names of the contract"],
  ["--json of predict, a line for each image", cli, "predict: a line for each image"],
  ["predictions as Parquet, CSV or JSONL", cli, "predict --out: a table as its name ends"],
  [
    "features as safetensors, Parquet, CSV or JSONL",
    "test/data-commands.test.ts",
    "features to Parquet, CSV and JSONL",
  ],
  ["--json of evaluate", cli, "evaluate --json"],
  ["--quiet", mainJob, "progress and warnings go to stderr"],
  ["data goes to stdout, everything else to stderr", mainJob, "progress and warnings go to stderr"],
  ["exit codes 0, 1, 2, 3", cli, "%s: exit code %s -> %i"],
  ["exit code 4", cli, "verify: met as written"],
  ["exit code 130", "test/streams.test.ts", "Ctrl-C in predict, evaluate"],
  ["NO_COLOR", commands, "--quiet: no progress from predict"],
  ["backbones list, show", commands, "--json: one object on stdout"],
  ["backbones show --filters", cli, "backbones show --filters"],
  ["nothing is downloaded unless pull is said", backbones, "nothing is downloaded unless pull"],
  ["pull checks the published hash and sends no token", backbones, "pull asks the mirror"],
  [
    "pull goes on where it was stopped",
    "src/files/download.test.ts",
    "a connection that breaks is continued",
  ],
  ["pull keeps a second process away", "src/files/download.test.ts", "lockFile: a second holder is refused"],
  [
    "pull without internet says where to put the file",
    "src/backbones/pull.test.ts",
    "pull: offline it says where",
  ],
  [
    "no function of a pickle is ever called",
    "test/attacks/weights.test.ts",
    "a pickle that calls %s.%s is refused",
  ],
  ["doctor, runs list and show", cli, "doctor, backbones, runs and check answer"],
  ["options of training are refused where no recipe has them", training, "train refuses %s"],
  ["train --resume ends at the bits of the undisturbed training", training, "train: killed in mid-training"],
  ["compare goes on in a stopped fold", training, "compare: killed in a fold"],
  ["Ctrl-C in a training writes the best model until then", training, "train: Ctrl-C after %s"],
  ["operators without a gradient are named before training", training, "train: operators without a gradient"],
  ["pretrain writes a backbone, its card, head and filters", pretraining, "pretrain writes a backbone"],
  ["pretrain: figures as the other trainings keep them", pretraining, "pretrain keeps metrics.jsonl"],
  ["a pretrained backbone is used like any other", pretraining, "a pretrained backbone is used"],
  ["pretrain goes on to the bits of the undisturbed run", pretraining, "pretrain: killed three times"],
  ["pretrain: Ctrl-C saves and says how to go on", pretraining, "pretrain: Ctrl-C ends with 130"],
  ["pretrain writes over nothing unasked", pretraining, "pretrain writes over nothing unasked"],
  [
    "compare --time leaves out what will not fit, never the cheapest",
    "test/promises/time.test.ts",
    "--time: the cheapest runs",
  ],
  ["what fits has the same figures as without --time", "test/promises/time.test.ts", "--time: what fits has"],
  ["shards give the numbers of one process, one killed and started again", machines, "shards: one is killed"],
  ["the same command without shards finishes them", machines, "shards: the same command without"],
  ["a queue survives workers, Redis and the one who asks", machines, "a queue: workers, the one who asks"],
  ["a worker that sees other data refuses", machines, "a queue: workers, the one who asks"],
  ["a queue's password is nowhere", machines, "a queue: workers, the one who asks"],
  [
    "without bullmq and ioredis the line that installs them is said",
    "test/package.test.ts",
    "a queue without its packages",
  ],
  ["labels init begins a ledger once", labels, "labels init begins labels.jsonl"],
  ["labels sync shows, asks, and writes nothing unasked", labels, "labels sync shows what it would record"],
  ["labels sync --yes records with author and reason", labels, "labels sync --yes records"],
  ["a version of a ledger is data; run and model name it", labels, "a ledger is data"],
  ["a folder's own labels are taken unless a ledger is named", labels, "a folder that holds a ledger"],
  ["labels sync tells apart what befell each photo", labels, "moved, renamed, relabelled"],
  ["labels diff: which photos changed sides", labels, "labels diff, by versions and by models"],
  ["photos of a ledger are found by their bytes", labels, "photos that were moved since"],
  ["labels rename, merge, split, record and undo", labels, "rename, merge, split and record"],
  ["labels export writes a table that is data", labels, "labels export writes a table"],
  ["faults of a ledger are named", labels, "faults are named: an unknown class"],
  ["any version of a ledger can be had back", "test/ledger/histories.test.ts", "history %i: every version"],
  ["a killed recording counts whole or not at all", damage, "a stop at any byte"],
  ["kill -9 while labels sync works", "test/ledger/kill.test.ts", "after kill -9 at"],
  ["an edited line of a ledger is named", damage, "an edited line is named"],
  ["one process records at a time", damage, "a second process that records"],
  ["TensorBoard event files", "src/runs/event-record.test.ts", "event records: byte for byte"],
  ["a full disk is told with its path", "test/system-refusals.test.ts", "a full disk: %s"],
  ["update learns new photos and classes without the old ones", updating, "update learns a new class"],
  ["update follows renamed classes and photos that go", updating, "update --json: the names of the contract"],
  [
    "update is exact for bayes, nearest-mean, lda and ridge",
    "test/update.test.ts",
    "a new class, a moved and",
  ],
  ["a photo that is taken out leaves no trace", "test/update.test.ts", "a removed photo leaves no trace"],
  [
    "update fits others anew on what the model remembers",
    "test/update.test.ts",
    "a support vector machine is",
  ],
  ["update --sync, --keep-old", "test/update.test.ts", "with --sync a class whose folder is gone"],
  ["update: a ledger is the whole truth", "test/update.test.ts", "a ledger is the whole truth"],
  ["update --in-place keeps the model beside", "test/update.test.ts", "in place the model is kept beside"],
  ["update and merge survive kill -9", "test/update-kills.test.ts", "%s: killed at any point"],
  ["merge makes one model of two", updating, "merge makes one model of two"],
  ["merge refuses by name", "test/update.test.ts", "what differs is refused by name"],
  ["| head ends quietly", "test/streams.test.ts", "predict | head -1"],
  [
    "drift: no alarm where nothing changed, at a stated rate",
    drift,
    "drift: unlabelled photos of the same kind",
  ],
  [
    "drift: other photos are found, exit code 4 for pipelines, one offline page",
    drift,
    "drift: paler photos are another kind",
  ],
  ["drift: labels whose meaning changed are named", drift, "drift: labels that moved to the next class"],
  [
    "drift: a relabelled photo is held against what the model learnt",
    drift,
    "drift: a photo that was learnt from",
  ],
  [
    "drift: false alarms in at most five of a hundred cases",
    "src/adapt/judge-shift.test.ts",
    "where nothing changed",
  ],
  [
    "drift: another mix of classes is no other kind of photo",
    "src/adapt/judge-shift.test.ts",
    "another mix of classes is found and estimated",
  ],
  [
    "predict --prior estimated or given corrects and says so",
    drift,
    "predict --prior estimated finds the mix",
  ],
  ["predict --prior: bad values are refused by name", drift, "predict --prior: everything that is wrong"],
  [
    "labels check ranks wrong labels first, CSV of decisions",
    drift,
    "labels check: planted wrong labels come first",
  ],
  ["inbox sorts photos without labels into three piles", inbox, "inbox sorts a folder"],
  [
    "inbox: 149 calibration photos without an error for 2 %, fewer accept none and are counted",
    "src/adapt/accept.test.ts",
    "148 photos without an error accept nothing",
  ],
  [
    "inbox: the promise holds with its confidence",
    "src/adapt/accept.test.ts",
    "in 1,000 draws the true error",
  ],
  [
    "inbox: too few calibration photos are said, in either language",
    inbox,
    "with too few calibration photos",
  ],
  ["inbox --calibration judges on other photos", inbox, "--calibration judges acceptance"],
  ["inbox --review: this machine alone, into the ledger", inbox, "--review hands its page"],
  [
    "the page of decisions works by keys alone, offline",
    "src/report/decisions/decision-page.test.ts",
    "keys alone decide every photo",
  ],
  [
    "compare --unlabelled adds self-training and propagation, and sets names aside as before",
    inbox,
    "compare --unlabelled with a folder",
  ],
];

test.each(promises)("%s", (_, file, title) => {
  const source = readFileSync(join(process.cwd(), file), "utf8");
  if (file.endsWith(".ts")) expect(source).toMatch(new RegExp(`["'\`]${escaped(title)}`));
  else expect(source).toContain(title);
});

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
