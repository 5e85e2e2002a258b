import type { ErrorCode } from "./errors.ts";

/** What a code says, and what to do about it: the text of docs/errors.md. An error's own message says more. */
export interface ErrorMeaning {
  readonly means: string;
  readonly next: string;
}

const say = (means: string, next: string): ErrorMeaning => ({ means, next });

/** Every code of `errorCodes`; one that is missing here does not compile. */
export const errorMeanings: Readonly<Record<ErrorCode, ErrorMeaning>> = {
  E_USAGE: say("The command line lacks something that it needs.", "Give it; `--help` lists what there is."),
  E_OPTION: say(
    "An option or a hyper-parameter is unknown, out of range, or does not go with the others.",
    "Take a value of the kind that the message expects.",
  ),
  E_VERSION: say(
    "No version of the ledger is meant by this word, or several are.",
    "`rootstock labels log` shows them; write more of the one you mean.",
  ),
  E_RECIPE: say(
    "No such recipe, or a recipe file with a key or value that recipes do not have.",
    "Compare it with a shipped one; docs/recipes.md lists the keys.",
  ),
  E_DATA: say(
    "The data set cannot answer the question: no pictures, a class that lost its last one, labels that a model does not know.",
    "Run `rootstock check` and mend what it names.",
  ),
  E_DATA_NOT_FOUND: say("There is nothing at the path given.", "Check the path."),
  E_MANIFEST: say(
    "A .csv or .jsonl list is not readable as one, or a row contradicts another.",
    "Correct the lines that are named.",
  ),
  E_CLASS_TOO_SMALL: say(
    "A class has fewer pictures (or groups of copies) than there are folds, or than a training needs. Mostly a warning.",
    "Add pictures of it, or use fewer folds.",
  ),
  E_ONE_CLASS: say("Fewer than two classes are left to tell apart.", "Give at least two folders or labels."),
  E_LABEL_CONFLICT: say(
    "The same picture stands under two labels; every copy is skipped.",
    "Keep the one that is right.",
  ),
  E_LABEL_MISSING: say(
    "A picture has no label; it is skipped.",
    "Put it into a class folder, or fill in the table.",
  ),
  E_DUPLICATE: say(
    "Pictures are equal to the byte; they stay on one side of every fold. A warning.",
    "Remove the copies for a truer count.",
  ),
  E_NEAR_DUPLICATE: say(
    "Pictures are one picture cropped, encoded anew, mirrored or made brighter; they stay on one side of every fold. A warning.",
    "Look at them; where labels differ, one may be wrong.",
  ),
  E_IMBALANCE: say(
    "One class has many more pictures than another. A warning.",
    "Add to the small one, and judge by macro F1.",
  ),
  E_LEAK: say(
    "Pictures to be judged on are, or may have been, learned from.",
    "Keep the pictures that are named on one side only.",
  ),
  E_LEDGER: say(
    "A ledger of labels is missing or damaged, or does not allow the change.",
    "Do what the message says; `rootstock labels log` shows what was recorded.",
  ),
  E_UNLABELLED: say(
    "A folder that looks like one of unlabelled pictures was set aside. A warning.",
    "Say `--unlabelled none` if it is a class.",
  ),
  E_SPLITS: say(
    "Folders called train, test and so on were taken for splits, or for classes. A warning.",
    "Say `--split-folders` if that is wrong.",
  ),
  E_HOLDOUT_ONLY: say(
    "A class has pictures in the holdout and none to learn from. A warning.",
    "Move some of them to those for training.",
  ),
  E_CLASS_NAMES: say(
    "Two classes have names that are nearly the same. A warning.",
    "If one class is meant, give it one name.",
  ),
  E_IMAGE: say(
    "At least one picture could not be used: the exit code of `check` and `predict` in that case.",
    "Each is named, with its own code.",
  ),
  E_IMAGE_EMPTY: say("The file has no bytes.", "Copy the picture again, or remove the file."),
  E_IMAGE_TYPE: say("The file is no picture of a kind that is read.", "Save it as JPEG, PNG or WebP."),
  E_IMAGE_TRUNCATED: say("The picture ends early or is damaged.", "Copy it again."),
  E_IMAGE_ANIMATED: say("The file has more than one frame or page.", "Save the one that shows the subject."),
  E_IMAGE_TOO_LARGE: say("The picture, or its file, is larger than the limit.", "Reduce it."),
  E_IMAGE_LINK: say("A link leads out of the data folder.", "Put the picture itself into the folder."),
  E_IMAGE_OUTSIDE: say(
    "A table names a picture outside the table's folder.",
    "Move the table, or the picture.",
  ),
  E_IMAGE_UNREADABLE: say(
    "The file or folder cannot be read.",
    "Check that it exists and that you may read it.",
  ),
  E_IMAGE_CHANGED: say(
    "The picture is another one than at the scan.",
    "Run again when nothing writes into the folder.",
  ),
  E_IMAGE_MISSING: say(
    "A photo of the ledger is not in its folder any more, under no name.",
    "Bring it back, or record that it is gone with `rootstock labels sync`.",
  ),
  E_IMAGE_STRAY: say(
    "A placeholder such as “image not available” among photos; it is skipped.",
    "Remove it, or fetch the real picture.",
  ),
  E_IMAGE_BLANK: say("The picture is of a single colour. A warning.", "Remove it unless that is the class."),
  E_IMAGE_EXTENSION: say(
    "The name says another kind than the bytes; the bytes are right. A warning.",
    "Rename the file when you like.",
  ),
  E_VERIFY: say(
    "A model folder is not what was written, or a classifier breaks a promise.",
    "Copy the folder again, or mend what is named.",
  ),
  E_INTERNAL: say("Something that should not happen; a fault of ours.", "Report it with the lines printed."),
  E_BACKBONE: say(
    "No backbone of that name, or its weights are not on this machine.",
    "`rootstock backbones list` names them; `pull` fetches one; or give a file.",
  ),
  E_CARD: say(
    "A network has no card, or one that does not fit it.",
    "`rootstock backbones add FILE` writes one and tries it.",
  ),
  E_LAYER: say("No such layer in this network.", "Choose one that the message lists."),
  E_CHECKSUM: say("A file has other bytes than its card or publisher says.", "Fetch it again."),
  E_ONNX: say("An .onnx file is damaged, or no model of a kind that is read.", "Export or fetch it again."),
  E_ONNX_EXTERNAL: say(
    "Weights beside an .onnx file are missing, or lie outside its folder.",
    "Put all files into one folder.",
  ),
  E_OPERATOR: say(
    "A network uses an operator that is not known here.",
    "Export it with standard ONNX operators.",
  ),
  E_SHAPE: say("Sizes do not go together.", "Compare what was expected with what was given."),
  E_NO_GRADIENT: say(
    "Part of a network cannot be trained: its operators have no gradient here.",
    "Freeze it: the message names the group for `--freeze-to`.",
  ),
  E_ENGINE: say(
    "ONNX Runtime refused, is not installed, or was used after its end.",
    "Read its words in the message; `rootstock doctor` tells what is there.",
  ),
  E_FEATURES: say("Kept for features that cannot be used; not raised today.", "Report it."),
  E_FIT: say("A solver met numbers that it cannot work with.", "Use more shrinkage or regularisation."),
  E_CLASSIFIER: say(
    "A classifier of your own: its module does not run or exports none, or what it computed breaks the contract.",
    "Run its conformance suite; docs/recipes.md shows one of three lines.",
  ),
  E_NAN: say(
    "A value is not a finite number, or a training's loss is none any more.",
    "Check the network's card; take a lower rate.",
  ),
  E_CACHE: say(
    "The feature cache cannot be read or written; the work goes on without it. A warning.",
    "Check the folder, or say `--cache FOLDER`.",
  ),
  E_FILE: say(
    "A file or folder cannot be written, read or replaced.",
    "Check the path and your rights on it.",
  ),
  E_DISK_FULL: say(
    "No space is left on the disk; what was written before is whole.",
    "Free some and run again.",
  ),
  E_LOCK: say(
    "Another process is at the same work.",
    "Wait for it; if there is none, remove the file named.",
  ),
  E_SAFETENSORS: say("A .safetensors file is damaged.", "Fetch it again."),
  E_PICKLE: say(
    "A .pth file is damaged, or no file of weights.",
    "Save a state dict: `torch.save(model.state_dict())`.",
  ),
  E_PICKLE_GLOBAL: say(
    "A .pth file wants to run code; nothing of it is run.",
    "Save its state dict in PyTorch, or export to ONNX.",
  ),
  E_WEIGHTS: say(
    "The tensors of a file belong to no architecture that is known, or do not fit it.",
    "Export the network to ONNX and add a card.",
  ),
  E_ZIP: say("The zip container of a .pth file is damaged or hostile.", "Fetch it again."),
  E_DOWNLOAD: say("A server gave something else than the file.", "Try again later, or fetch it by hand."),
  E_OFFLINE: say(
    "The server cannot be reached.",
    "The message names the address to fetch elsewhere, and where to put the file.",
  ),
  E_BUNDLE: say(
    "A folder is no model folder, is damaged, or would be overwritten.",
    "Name a folder that `train` or `compare` has written; or choose a new one.",
  ),
  E_CHECKPOINT: say(
    "The state of a stopped training belongs to other data or options, or is damaged.",
    "Use the options of then, or begin anew without `--resume`.",
  ),
  E_RUN: say("No such run, or a run folder that is damaged.", "`rootstock runs list` shows what there is."),
  E_TIME: say(
    "A recipe was left out: it would not have been done in the time that `--time` gave.",
    "Give more time, or name the recipe alone with `--recipes`.",
  ),
  E_QUEUE: say(
    "The queue between machines cannot be used: packages are missing, or no server answers.",
    "Install what the message names, or check the address, the server, and the user and password.",
  ),
  E_ABORTED: say("You stopped it.", "The same command goes on where it can."),
};
