import type { ErrorMeaning } from "../../base/error-meanings.ts";
import type { ErrorCode } from "../../base/errors.ts";
import type { errorFrame as english } from "../en/errors.ts";

/** The frame around an error in Chinese. */
export const errorFrame: typeof english = {
  original: (text) => `英文原文：${text}`,
  line: (text, code) => `rootstock：${text} [${code}]`,
};

const say = (means: string, next: string): ErrorMeaning => ({ means, next });

/** What each code says, and what to do about it; one that is missing here does not compile. */
export const errors: Readonly<Record<ErrorCode, ErrorMeaning>> = {
  E_USAGE: say("命令行缺少必需的内容，或有看不懂的内容。", "请补上；`--help` 列出可用的写法。"),
  E_OPTION: say("选项或超参数不认识、超出范围，或与其他选项冲突。", "请按原文说明的种类给值。"),
  E_VERSION: say(
    "账本里没有这个版本，或有好几个版本都符合。",
    "`rootstock labels log` 列出所有版本；请把要的那个写得更完整。",
  ),
  E_RECIPE: say(
    "没有这样的做法，或做法文件里有不该有的键或值。",
    "请与自带的做法对照；docs/zh/recipes.md 列出了所有的键。",
  ),
  E_DATA: say(
    "数据集无法回答问题：没有图片、某个类别一张不剩，或标签是模型不认识的。",
    "请运行 `rootstock check`，修正它指出的问题。",
  ),
  E_DATA_NOT_FOUND: say("给出的路径上什么也没有。", "请检查路径。"),
  E_MANIFEST: say("表格（.csv、.tsv 或 .jsonl）无法读取，或有互相矛盾的行。", "请修正指出的行。"),
  E_CLASS_TOO_SMALL: say(
    "某个类别的图片（或成组的拷贝）少于折数，或少于训练所需。多数时候只是警告。",
    "请添加图片，或减少折数。",
  ),
  E_ONE_CLASS: say("剩下的类别不足两个，无从区分。", "请至少给出两个文件夹或两种标签。"),
  E_LABEL_CONFLICT: say("同一张图片有两种标签；每一份都被跳过。", "请只留下正确的那一份。"),
  E_LABEL_MISSING: say("图片没有标签，被跳过。", "请放进类别文件夹，或在表格里填上标签。"),
  E_DUPLICATE: say("有完全相同的图片；它们始终留在每一折的同一边。警告。", "删除拷贝后计数更真实。"),
  E_NEAR_DUPLICATE: say(
    "有的图片其实是同一张，只是裁切过、重新编码过、左右翻转过或调过亮度；它们始终留在每一折的同一边。警告。",
    "请看一看；标签不同的，可能有一个是错的。",
  ),
  E_IMBALANCE: say("某个类别的图片比另一个多得多。警告。", "请给小的类别添加图片，并以宏平均 F1 来评判。"),
  E_LEAK: say("用来评判的图片，训练时见过或可能见过。", "请让指出的图片只留在一边。"),
  E_LEDGER: say(
    "标签账本不存在、已损坏，或不允许这项更改。",
    "请按原文的提示去做；`rootstock labels log` 列出记录过的内容。",
  ),
  E_UNLABELLED: say("像是未标注图片的文件夹被放在一边。警告。", "如果它是类别，请加 `--unlabelled none`。"),
  E_SPLITS: say(
    "名为 train、test 之类的文件夹被当作划分或类别。警告。",
    "如果不对，请用 `--split-folders` 说明。",
  ),
  E_HOLDOUT_ONLY: say("某个类别只在留出集里有图片，没有可学的。警告。", "请把其中一些移到训练部分。"),
  E_CLASS_NAMES: say("有两个类别的名字几乎相同。警告。", "如果是同一个类别，请统一名字。"),
  E_IMAGE: say(
    "至少有一张图片无法使用：这是 `check` 和 `predict` 此时的退出码。",
    "每一张都已列出，并带有各自的代码。",
  ),
  E_IMAGE_EMPTY: say("文件是空的。", "请重新拷贝图片，或删除该文件。"),
  E_IMAGE_TYPE: say("不是能够读取的图片格式。", "请另存为 JPEG、PNG 或 WebP。"),
  E_IMAGE_TRUNCATED: say("图片不完整或已损坏。", "请重新拷贝。"),
  E_IMAGE_ANIMATED: say("文件含有不止一帧或一页。", "请保存其中拍到对象的那一帧。"),
  E_IMAGE_TOO_LARGE: say("图片或文件超出大小限制。", "请缩小。"),
  E_IMAGE_LINK: say("链接指向数据文件夹之外，或无法跟随。", "请把图片本身放进文件夹。"),
  E_IMAGE_OUTSIDE: say("表格指向了自己文件夹之外的图片。", "请移动表格或图片。"),
  E_IMAGE_UNREADABLE: say("文件或文件夹无法读取。", "请确认它存在，并且你有读取权限。"),
  E_IMAGE_CHANGED: say("图片与扫描时不同。", "请在没有程序写入该文件夹时重新运行。"),
  E_IMAGE_MISSING: say(
    "账本里的照片已不在文件夹中，换了名字的也没有找到。",
    "请放回照片，或用 `rootstock labels sync` 记下它已移除。",
  ),
  E_IMAGE_STRAY: say("照片中混有“图片不可用”之类的占位图，被跳过。", "请删除，或换成真正的图片。"),
  E_IMAGE_BLANK: say("图片只有一种颜色。警告。", "请删除，除非这正是该类别的样子。"),
  E_IMAGE_EXTENSION: say("扩展名与内容的格式不符，以内容为准。警告。", "方便时请改名。"),
  E_VERIFY: say("模型文件夹与写出时不同，或分类器没有做到它应做的。", "请重新拷贝文件夹，或修正指出的问题。"),
  E_INTERNAL: say("发生了不应发生的事；这是我们的错误。", "请附上打印的内容报告给我们。"),
  E_BACKBONE: say(
    "没有这个名字的骨干网络，或这台机器上没有它的权重。",
    "`rootstock backbones list` 列出名字，`pull` 下载；也可以直接给出文件。",
  ),
  E_CARD: say("网络没有卡片，或卡片与它不符。", "`rootstock backbones add 文件` 会写出并试用一张卡片。"),
  E_LAYER: say("网络里没有这一层。", "请从原文列出的层中选择。"),
  E_CHECKSUM: say("文件的内容与卡片或发布者所说的不同。", "请重新下载。"),
  E_ONNX: say(".onnx 文件已损坏，或不是能够读取的模型。", "请重新导出或下载。"),
  E_ONNX_EXTERNAL: say(".onnx 文件旁的权重文件缺失，或在它的文件夹之外。", "请把所有文件放进同一个文件夹。"),
  E_OPERATOR: say("网络使用了这里不认识的算子。", "请用标准的 ONNX 算子导出。"),
  E_SHAPE: say("尺寸对不上。", "请对照原文里应有的和实际的尺寸。"),
  E_NO_GRADIENT: say(
    "网络的一部分无法训练：其中的算子在这里没有梯度。",
    "请冻结这一部分：原文给出了 `--freeze-to` 的组名。",
  ),
  E_ENGINE: say(
    "ONNX Runtime 拒绝执行、没有安装，或在关闭之后被使用。",
    "请看原文；`rootstock doctor` 会说明现有的条件。",
  ),
  E_FEATURES: say("为无法使用的特征保留；目前不会出现。", "请报告给我们。"),
  E_FIT: say("求解器遇到了无法处理的数值。", "请加大收缩或正则化。"),
  E_CLASSIFIER: say(
    "自己写的分类器：模块无法运行或没有导出分类器，或者算出的结果不符合约定。",
    "请运行它的一致性测试；docs/zh/recipes.md 里有三行的写法。",
  ),
  E_NAN: say("出现了非有限的数值，或训练的损失不再是有限值。", "请检查网络的卡片；把学习率调低。"),
  E_CACHE: say("特征缓存无法读写；工作照常进行。警告。", "请检查该文件夹，或用 `--cache 文件夹` 另指一处。"),
  E_FILE: say("文件或文件夹无法写入、读取或替换。", "请检查路径和你的权限。"),
  E_DISK_FULL: say("磁盘已满；之前写出的内容是完整的。", "请腾出空间后重新运行。"),
  E_LOCK: say("另一个进程正在做同样的工作。", "请等它结束；如果没有这样的进程，请删除指出的文件。"),
  E_SAFETENSORS: say(".safetensors 文件已损坏。", "请重新下载。"),
  E_PICKLE: say(".pth 文件已损坏，或不是权重文件。", "请保存 state dict：`torch.save(model.state_dict())`。"),
  E_PICKLE_GLOBAL: say(
    ".pth 文件要求运行代码；其中的代码一概没有运行。",
    "请在 PyTorch 里保存它的 state dict，或导出为 ONNX。",
  ),
  E_WEIGHTS: say("文件里的张量不属于任何已知的结构，或与之不符。", "请把网络导出为 ONNX，并添加卡片。"),
  E_ZIP: say(".pth 文件的 zip 容器已损坏或含有恶意内容。", "请重新下载。"),
  E_DOWNLOAD: say("服务器给出的不是所要的文件。", "请稍后再试，或手动下载。"),
  E_OFFLINE: say("连不上服务器。", "原文给出了可在别处下载的地址，以及文件应放的位置。"),
  E_BUNDLE: say(
    "文件夹不是模型文件夹、已损坏，或会被覆盖。",
    "请给出 `train` 或 `compare` 写出的文件夹，或另选一个。",
  ),
  E_CHECKPOINT: say(
    "停下的训练属于别的数据或选项，或其状态已损坏。",
    "请用当时的选项，或不加 `--resume` 从头开始。",
  ),
  E_TIME: say(
    "某个做法被略去：在 `--time` 给定的时间内做不完。",
    "请多给些时间，或用 `--recipes` 只做这一个。",
  ),
  E_RUN: say("没有这样的运行，或运行文件夹已损坏。", "`rootstock runs list` 列出现有的运行。"),
  E_QUEUE: say(
    "机器之间的队列用不了：缺少软件包，或服务器没有应答。",
    "请安装消息中列出的软件包，或检查地址、服务器以及用户名和密码。",
  ),
  E_ABORTED: say("你停下了它。", "只要可以接着做，同一条命令就会接着做。"),
};
