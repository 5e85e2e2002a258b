"""The seeded numbers that Python and TypeScript write the same: test/autodiff/seeded-values.ts."""

import math

import numpy

GAMMA = 0x9E3779B9


def mix(state):
    """SplitMix32's output function on uint32 states held in uint64."""
    mask = numpy.uint64(0xFFFFFFFF)
    z = numpy.asarray(state, dtype=numpy.uint64) & mask
    z = ((z ^ (z >> numpy.uint64(16))) * numpy.uint64(0x21F0AAAD)) & mask
    z = ((z ^ (z >> numpy.uint64(15))) * numpy.uint64(0x735A2D97)) & mask
    return z ^ (z >> numpy.uint64(15))


def bits(seed, count):
    return mix(numpy.uint64(seed) + numpy.arange(1, count + 1, dtype=numpy.uint64) * numpy.uint64(GAMMA))


def uniform(seed, shape, limit, offset=0.0):
    """float32 numbers in [-limit, limit) + offset, as float64."""
    count = math.prod(shape)
    values = (bits(seed, count).astype(numpy.float64) / 2**32 * 2 - 1) * limit + offset
    return values.astype(numpy.float32).astype(numpy.float64).reshape(shape)


def dropout_mask(step_seed, layer, shape, ratio):
    seed = int(mix(step_seed + ((layer + 1) * GAMMA) % 2**32))
    kept = bits(seed, math.prod(shape)) >= round(ratio * 2**32)
    return (kept / (1 - ratio)).reshape(shape)
