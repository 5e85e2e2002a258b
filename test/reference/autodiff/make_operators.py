"""Every operator with a gradient, forward and backward, in float64 PyTorch: test/autodiff/operators.test.ts.

Run: python make_operators.py > operators.json
A case is an ONNX node as data (test/autodiff/operator-cases.ts reads the same form). Its inputs and the gradient of its
outputs are seeded and not stored; stored are outputs and gradients, each by its norm and up to 64 entries.
Float attributes are numbers that float32 holds exactly.
"""

import json
import sys

import numpy
import torch
import torch.nn.functional as F
from samples import sample
from splitmix import uniform

OPERATORS = {}


def operator(*cases):
    """The function below computes these cases of the ONNX operator that it is named after."""

    def register(compute):
        OPERATORS[compute.__name__] = (compute, cases)
        return compute

    return register


def case(*inputs, constants=(), outputs=1, differentiable=None, limit=2.0, offset=0.0, **attributes):
    """Inputs are drawn from [-limit, limit) + offset; the first `differentiable` of them have a gradient."""
    data = {"inputs": inputs, "constants": constants, "attributes": attributes, "outputs": outputs}
    return {**data, "differentiable": differentiable or len(inputs), "limit": limit, "offset": offset}


def positive(*inputs, **more):
    return case(*inputs, limit=0.5, offset=1.0, **more)


def padded(x, pads):
    """Zeros around the spatial axes; ONNX lists all beginnings, then all ends, PyTorch pairs from the last axis."""
    rank = len(pads) // 2
    return F.pad(x, [pad for axis in reversed(range(rank)) for pad in (pads[axis], pads[axis + rank])])


SQUARE = [1, 1, 1, 1]


@operator(
    case([1, 3, 25, 23], [4, 3, 11, 11], [4], strides=[4, 4], pads=[2, 2, 2, 2]),  # stride 4 kernel 11, batch 1
    case([2, 16, 9, 7], [3, 16, 3, 3], [3], pads=SQUARE),  # odd sizes
    case([2, 5, 7, 3], [6, 5, 1, 1], [6]),  # 1x1
    case([1, 4, 5, 8], [3, 4, 1, 1], strides=[2, 2]),  # 1x1 with gaps that the stride never reaches
    case([1, 17, 7, 5], [3, 17, 5, 5], [3], pads=[2, 2, 2, 2]),
    case([2, 6, 8, 5], [6, 1, 3, 3], [6], group=6, strides=[2, 2], pads=SQUARE),  # groups = channels
    case([1, 4, 9, 9], [12, 1, 3, 3], group=4, pads=SQUARE),  # groups = channels, three outputs each
    case([2, 6, 7, 9], [4, 3, 3, 2], [4], group=2, dilations=[2, 1], pads=[2, 0, 1, 1], strides=[1, 2]),
    case([2, 3, 9], [4, 3, 4], [4], strides=[2], pads=[1, 2]),  # one spatial axis
)
def Conv(x, w, b=None, *, strides=1, pads=(0, 0), dilations=1, group=1):
    convolve = F.conv1d if w.dim() == 3 else F.conv2d
    return convolve(padded(x, pads), w, b, strides, 0, dilations, group)


@operator(
    case([1, 4, 5, 3], [4, 3, 3, 3], [3], strides=[2, 2], pads=SQUARE, output_padding=[1, 1]),
    case([2, 6, 3, 4], [6, 1, 4, 4], [6], group=6, strides=[2, 2], pads=SQUARE),
    case([1, 2, 4, 5], [2, 3, 3, 2], [3], dilations=[2, 1]),
    case([2, 5, 3, 3], [5, 4, 1, 1]),
)
def ConvTranspose(x, w, b=None, *, strides=1, pads=(0,) * 4, dilations=1, group=1, output_padding=0):
    return F.conv_transpose2d(x, w, b, strides, pads[:2], output_padding, group, dilations)


@operator(
    case([3, 5], [5, 4], [4]),
    case([7, 33], [9, 33], [9], transB=1),
    case([5, 3], [5, 4], [3, 1], transA=1, alpha=0.5, beta=1.5),
    case([1, 6], [6, 1], [1], alpha=2.0),
    case([4, 3], [5, 4], transA=1, transB=1),
)
def Gemm(a, b, c=None, *, transA=0, transB=0, alpha=1.0, beta=1.0):
    product = alpha * ((a.T if transA else a) @ (b.T if transB else b))
    return product if c is None else product + beta * c


@operator(
    case([3, 4], [4, 2]),
    case([2, 3, 4], [4, 5]),
    case([2, 1, 3, 4], [5, 4, 2]),
    case([4], [4, 2]),
    case([3, 4], [4]),
    case([5], [5]),
)
def MatMul(a, b):
    return a @ b


PAIRS = ([2, 3, 5], [2, 3, 5]), ([2, 3, 5], [3, 1]), ([4, 1, 3], [2, 1]), ([1], [2, 3]), ([2, 7, 3, 3], [])


@operator(*(case(*pair) for pair in PAIRS))
def Add(a, b):
    return a + b


@operator(*(case(*pair) for pair in PAIRS))
def Sub(a, b):
    return a - b


@operator(*(case(*pair) for pair in PAIRS))
def Mul(a, b):
    return a * b


@operator(*(positive(*pair) for pair in PAIRS))
def Div(a, b):
    return a / b


@operator(*(positive(*pair) for pair in PAIRS))
def Pow(a, b):
    return a**b


ONE = case([2, 3, 5, 7]), case([1]), case([11])
POSITIVE = positive([2, 3, 5, 7]), positive([1])


@operator(*ONE)
def Neg(x):
    return -x


@operator(*POSITIVE)
def Sqrt(x):
    return x.sqrt()


@operator(*ONE)
def Exp(x):
    return x.exp()


@operator(*POSITIVE)
def Log(x):
    return x.log()


@operator(*ONE)
def Erf(x):
    return x.erf()


@operator(*ONE)
def Tanh(x):
    return x.tanh()


@operator(*ONE)
def Relu(x):
    return F.relu(x)


@operator(
    case([2, 3, 5, 7], constants=[0.0, 1.5]),  # as ReLU6 is written
    case([2, 9], constants=[None, 0.5]),
    case([9], constants=[-0.5]),
    case([3, 3]),
)
def Clip(x, low=None, high=None):
    low, high = -numpy.inf if low is None else low, numpy.inf if high is None else high
    return F.hardtanh(x, low, high)


@operator(case([2, 3, 5, 7], alpha=0.125), case([9], alpha=0.5))
def LeakyRelu(x, *, alpha):
    return F.leaky_relu(x, alpha)


@operator(*ONE)
def Sigmoid(x):
    return x.sigmoid()


@operator(case([2, 3, 5, 7], alpha=0.5, beta=0.375), case([17], alpha=0.25, beta=0.5))
def HardSigmoid(x, *, alpha, beta):
    return F.hardtanh(alpha * x + beta, 0, 1)


@operator(*ONE, case([40], limit=5.0))
def HardSwish(x):
    return F.hardswish(x)


@operator(case([2, 3, 5, 7], approximate="none"), case([2, 3, 5, 7], approximate="tanh"))
def Gelu(x, *, approximate):
    return F.gelu(x, approximate=approximate)


AXES = case([5, 7], axis=-1), case([2, 3, 5], axis=1), case([1, 4, 3, 3], axis=1), case([6], axis=0)


@operator(*AXES)
def Softmax(x, *, axis):
    return F.softmax(x, axis)


@operator(*AXES)
def LogSoftmax(x, *, axis):
    return F.log_softmax(x, axis)


POOLS = (
    case([1, 3, 13, 13], kernel_shape=[3, 3], strides=[2, 2]),  # overlapping
    case([2, 3, 9, 7], kernel_shape=[3, 3], strides=[2, 2], pads=SQUARE),  # padded
    case([2, 2, 8, 7], kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    case([1, 2, 9, 8], kernel_shape=[2, 3], strides=[3, 2], pads=[1, 1, 1, 1], ceil_mode=1),
    case([2, 3, 6, 4], kernel_shape=[2, 2], strides=[2, 2]),
    case([1, 2, 5, 5], kernel_shape=[1, 1], strides=[1, 1]),
    case([1, 3, 5, 3], kernel_shape=[3, 3], strides=[1, 1], pads=SQUARE),
)


@operator(*POOLS, case([1, 2, 9, 8], kernel_shape=[3, 2], strides=[2, 1], dilations=[2, 3]))
def MaxPool(x, *, kernel_shape, strides, pads=(0,) * 4, dilations=1, ceil_mode=0):
    return F.max_pool2d(x, kernel_shape, strides, pads[:2], dilations, bool(ceil_mode))


@operator(*POOLS, *({**pool, "attributes": {**pool["attributes"], "count_include_pad": 1}} for pool in POOLS[1:4]))
def AveragePool(x, *, kernel_shape, strides, pads=(0,) * 4, ceil_mode=0, count_include_pad=0):
    return F.avg_pool2d(x, kernel_shape, strides, pads[:2], bool(ceil_mode), bool(count_include_pad))


@operator(case([2, 3, 5, 7]), case([1, 1, 1, 1]), case([1, 6, 3, 3]))
def GlobalAveragePool(x):
    return F.adaptive_avg_pool2d(x, 1)


def channels(dims, batch=False):
    return {**positive(dims, *([dims[1]] for _ in range(4)), differentiable=3), "batchStatistics": batch}


@operator(channels([2, 3, 5, 4]), channels([4, 3, 3, 1], batch=True), channels([7, 2], batch=True), channels([1, 5, 2, 2]))
def BatchNormalization(x, scale, bias, mean, variance, *, is_batch):
    if is_batch:
        return F.batch_norm(x, None, None, scale, bias, training=True, eps=1e-5)
    return F.batch_norm(x, mean, variance, scale, bias, training=False, eps=1e-5)


@operator(
    case([2, 3, 4], [4], [4], axis=-1),
    case([2, 3, 4], [3, 4], [3, 4], axis=1),
    case([1, 7, 5], [5], axis=2),
)
def LayerNormalization(x, scale, bias=None, *, axis):
    return F.layer_norm(x, x.shape[axis:], scale, bias, 1e-5)


@operator(
    case([2, 7, 3, 2], size=5, alpha=0.5, beta=0.75, bias=2.0),
    case([1, 5, 3, 3], size=3, alpha=1.0, beta=0.5, bias=1.0),
    case([1, 2, 2, 1], size=5, alpha=0.25, beta=0.75, bias=1.0),
)
def LRN(x, *, size, alpha, beta, bias):
    return F.local_response_norm(x, size, alpha, beta, bias)


@operator(case([2, 3, 5], [2, 1, 5], [2, 4, 5], axis=1), case([3, 2], [3, 4], axis=-1), case([5], axis=0))
def Concat(*parts, axis):
    return torch.cat(parts, axis)


@operator(
    case([2, 6], constants=[[1, 3, 2]], outputs=3, axis=-1),
    case([5, 2], constants=[[2, 3]], outputs=2, axis=0),
)
def Split(x, sizes, *, axis):
    return x.split(sizes, axis)


@operator(
    case([4, 6, 5], constants=[[1, 0], [5, 5], [1, -1], [2, 2]]),
    case([4, 6, 5], constants=[[-1], [-7], [1], [-2]]),
    case([3, 7], constants=[[2], [100], [1], [1]]),
    case([3, 7], constants=[[1, -4], [2, -1]]),
)
def Slice(x, starts, ends, axes=None, steps=None):
    for i, (start, end) in enumerate(zip(starts, ends)):
        axis, step = (axes or range(len(starts)))[i], (steps or [1] * len(starts))[i]
        places = range(x.shape[axis])[start:end:step]
        x = x.index_select(axis, torch.tensor(places))
    return x


@operator(case([2, 3, 5], axis=1), case([2, 3, 5], axis=0), case([2, 3, 5, 2], axis=-2), case([4, 3], axis=2))
def Flatten(x, *, axis):
    before = numpy.prod(x.shape[:axis], dtype=int) if axis != 0 else 1
    return x.reshape(int(before), -1)


@operator(case([2, 3, 4], constants=[[4, -1]]), case([2, 3, 4], constants=[[0, 12]]))
def Reshape(x, shape):
    return x.reshape([x.shape[i] if dim == 0 else dim for i, dim in enumerate(shape)])


@operator(case([2, 3, 5, 1], perm=[3, 1, 0, 2]), case([4, 3]))
def Transpose(x, *, perm=None):
    return x.permute(perm) if perm else x.T


@operator(case([2, 1, 3, 1], constants=[[1, -1]]), case([1, 3, 1]))
def Squeeze(x, axes=None):
    return x.squeeze(axes) if axes else x.squeeze()


@operator(case([2, 3], constants=[[0, -1]]), case([3], constants=[[1]]))
def Unsqueeze(x, axes):
    for axis in axes:
        x = x.unsqueeze(axis)
    return x


@operator(case([3, 1], constants=[[2, 3, 4]]), case([2, 1, 5], constants=[[1, 4, 1]]))
def Expand(x, shape):
    return x.expand(torch.broadcast_shapes(x.shape, shape))


@operator(
    case([2, 3, 4], constants=[[1, 0, 2, 1], 0.5, [1, -1]]),
    case([2, 3, 4, 5], constants=[[0, 0, 1, 2, 0, 0, -1, 1]]),  # -1 cuts
)
def Pad(x, pads, value=0.0, axes=None):
    axes = [axis % x.dim() for axis in axes or range(x.dim())]
    pairs = {axis: (pads[i], pads[i + len(axes)]) for i, axis in enumerate(axes)}
    return F.pad(x, [pad for axis in reversed(range(x.dim())) for pad in pairs.get(axis, (0, 0))], value=value)


REDUCTIONS = (
    case([2, 3, 5, 4], constants=[[2, -1]], keepdims=1),
    case([2, 3, 5], constants=[[1]], keepdims=0),
    case([1, 7], constants=[[0]], keepdims=0),
    case([3, 4], constants=[[0, 1]], keepdims=0),
)


@operator(*REDUCTIONS)
def ReduceMean(x, axes, *, keepdims):
    return x.mean(axes, bool(keepdims))


@operator(*REDUCTIONS)
def ReduceSum(x, axes, *, keepdims):
    return x.sum(axes, bool(keepdims))


@operator(*ONE)
def Dropout(x):
    return F.dropout(x, 0.5, training=False)


@operator(*ONE)
def Identity(x):
    return torch.nn.Identity()(x)


@operator(case([2, 3, 5], to=1), case([1], to=1))
def Cast(x, *, to):
    return x.to(torch.float64)


def compute(function, given, seed):
    """Outputs and gradients of L = sum(R * y), inputs drawn from seed + i and R from seed + 50 + i."""
    limit, offset = given["limit"], given["offset"]
    inputs = [torch.from_numpy(uniform(seed + i, dims, limit, offset)) for i, dims in enumerate(given["inputs"])]
    wanted = inputs[: given["differentiable"]]
    for x in wanted:
        x.requires_grad_()
    extra = {"is_batch": given["batchStatistics"]} if "batchStatistics" in given else {}
    y = function(*inputs, *given["constants"], **given["attributes"], **extra)
    outputs = y if isinstance(y, (tuple, list)) else [y]
    upstream = [torch.from_numpy(uniform(seed + 50 + i, tuple(y.shape), 1.0)) for i, y in enumerate(outputs)]
    gradients = torch.autograd.grad(outputs, wanted, upstream)
    results = {"y": [sample(y.detach()) for y in outputs], "gradients": [sample(g) for g in gradients]}
    return {**given, "seed": seed, **results}


def main():
    torch.set_num_threads(1)
    seeds = iter(range(100, 1_000_000, 100))
    operators = {
        name: [compute(function, given, next(seeds)) for given in cases]
        for name, (function, cases) in OPERATORS.items()
    }
    versions = {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": numpy.__version__}
    json.dump({"versions": versions, "operators": operators}, sys.stdout, separators=(",", ":"))


main()
