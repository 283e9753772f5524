"""A module made of steps that are data: names of pure torch operations, with what they are given; nothing is code.

A step is (operation, arguments, options). What is given is a plain value, or a tuple whose first word says what it is:

- ("in", 0) an input · ("own", "bias") a tensor of its own · ("step", 3) what a step gave, ("step", 3, 1) a part of it
- ("count", plus, over, (times, (0, 1)), …) a number that follows from sizes of the inputs:
  ⌊(plus + Σ times · Π size of axis 1 of input 0 …) / over⌋
- ("list", …) · ("slice", start, stop, step) · ("rest",) which is `...` · ("dtype", "float32") · ("float", "inf")
- ("training",) whether the module is being trained · ("when", 0.1, 0.0) the first if it is, else the second

Operations are found by name in fixed lists below: none reads a file, changes an input, or reaches an attribute.
"""

import base64
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

PLACES: Mapping[str, object] = {
    "torch": torch,
    "Tensor": Tensor,
    "nn": torch._C._nn,
    "linalg": torch.linalg,
    "fft": torch.fft,
    "special": torch.special,
}
ALLOWED: Mapping[str, frozenset[str]] = {
    "torch": frozenset(
        """abs absolute acos acosh adaptive_avg_pool1d adaptive_max_pool1d add addbmm addcdiv addcmul addmm addmv addr
        all alpha_dropout amax amin aminmax any arange argmax argmin argsort asin asinh atan atan2 atanh avg_pool1d
        baddbmm batch_norm bernoulli bilinear bmm broadcast_tensors broadcast_to bucketize cartesian_prod cat ceil celu
        channel_shuffle chunk clamp clamp_max clamp_min clone column_stack combinations complex concat concatenate
        conv1d conv2d conv3d conv_tbc conv_transpose1d conv_transpose2d conv_transpose3d cos cosh cosine_similarity
        cross cummax cummin cumprod cumsum deg2rad detach diag diag_embed diagflat diagonal diff dist div divide dot
        dropout dstack einsum embedding embedding_bag empty_like eq erf erfc erfinv exp exp2 expand_copy expm1 eye
        feature_alpha_dropout feature_dropout flatten flip fliplr flipud float_power floor floor_divide fmax fmin fmod
        frac full full_like gather ge greater greater_equal group_norm gru gru_cell gt hardshrink heaviside histc
        hstack hypot i0 index_add index_copy index_fill index_select inner instance_norm inverse isclose
        isfinite isinf isnan kron kthvalue layer_norm ldexp le lerp less less_equal lgamma linspace log log10 log1p
        log2 log_softmax logaddexp logaddexp2 logcumsumexp logical_and logical_not logical_or logical_xor logit
        logspace logsumexp lstm lstm_cell lt masked_fill masked_scatter masked_select matmul matrix_power max
        max_pool1d max_pool1d_with_indices max_pool2d max_pool3d maximum mean median meshgrid min minimum mm mode
        moveaxis movedim msort mul multinomial multiply mv nan_to_num nanmean nansum narrow
        native_channel_shuffle ne neg negative nonzero norm normal not_equal numel ones ones_like outer
        pairwise_distance pdist permute pinverse pixel_shuffle pixel_unshuffle polar positive pow prelu prod quantile
        rad2deg rand rand_like randint randint_like randn randn_like randperm ravel real imag reciprocal relu remainder
        renorm repeat_interleave reshape rms_norm rnn_relu rnn_relu_cell rnn_tanh rnn_tanh_cell roll rot90 round rrelu
        rsqrt rsub scalar_tensor scatter scatter_add scatter_reduce searchsorted select selu sgn sigmoid sign signbit
        sin sinc sinh slice_scatter select_scatter softmax sort split split_with_sizes sqrt square squeeze stack std
        std_mean sub subtract sum swapaxes swapdims t take take_along_dim tan tanh tensor_split tensordot threshold
        tile topk trace transpose trapezoid tril tril_indices triu triu_indices true_divide trunc unbind unflatten
        unsqueeze vander var var_mean vdot view_as_complex view_as_real vsplit vstack where xlogy zeros zeros_like
        _pack_padded_sequence _pad_packed_sequence _weight_norm cdist hsplit dsplit stft istft hann_window
        hamming_window bitwise_and bitwise_or bitwise_xor bitwise_not isin conj resolve_conj logdet det
        affine_grid_generator grid_sampler digamma matrix_exp polygamma count_nonzero
        """.split()
    ),
    "Tensor": frozenset(
        """abs absolute acos add addcdiv addcmul addmm all amax amin any argmax argmin argsort asin atan atan2 baddbmm
        bernoulli bfloat16 bitwise_and bitwise_not bitwise_or bitwise_xor bmm bool broadcast_to ceil chunk clamp
        clamp_max clamp_min clip clone conj contiguous cos cosh cross cummax cummin cumprod cumsum detach diag
        diag_embed diagonal diff div divide dot double eq erf exp expand expand_as expm1 flatten flip float
        float_power floor floor_divide fmax fmin fmod frac gather ge gt half hardshrink index_add index_copy index_fill
        index_put index_select inner int inverse isclose isfinite isinf isnan kthvalue le lerp log log10 log1p log2
        log_softmax logaddexp logical_and logical_not logical_or logical_xor logit logsumexp long lt masked_fill
        masked_scatter masked_select matmul matrix_power max maximum mean median min minimum mm moveaxis movedim mul
        multiply mv nan_to_num nansum narrow ne neg negative new_empty new_full new_ones new_zeros nonzero norm outer
        permute pow prelu prod quantile ravel reciprocal relu remainder repeat repeat_interleave reshape reshape_as
        roll rot90 round rsqrt scatter scatter_add scatter_reduce select select_scatter sgn short sigmoid sign sin
        sinh slice_scatter softmax sort split split_with_sizes sqrt square squeeze std sub subtract sum swapaxes
        swapdims t take take_along_dim tan tanh tensor_split tile to topk trace transpose tril triu true_divide trunc
        type_as unbind unflatten unfold unsqueeze var view view_as vsplit hsplit where xlogy
        """.split()
    ),
    "nn": frozenset(
        """adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool2d adaptive_max_pool3d avg_pool2d avg_pool3d
        binary_cross_entropy col2im cross_entropy_loss elu fractional_max_pool2d gelu glu hardsigmoid hardswish
        hardtanh huber_loss im2col l1_loss leaky_relu linear log_sigmoid max_pool2d_with_indices
        max_pool3d_with_indices mish mse_loss nll_loss one_hot pad relu6 scaled_dot_product_attention silu
        smooth_l1_loss softplus softshrink upsample_bicubic2d upsample_bilinear2d upsample_linear1d upsample_nearest1d
        upsample_nearest2d upsample_nearest3d upsample_trilinear3d _upsample_bilinear2d_aa _upsample_bicubic2d_aa
        _upsample_nearest_exact1d _upsample_nearest_exact2d _upsample_nearest_exact3d
        """.split()
    ),
    "linalg": frozenset(
        """cholesky cross det diagonal eigh eigvalsh inv matmul matrix_norm matrix_power multi_dot norm pinv
        qr slogdet solve solve_triangular svd vecdot
        vector_norm""".split()
    ),
    "fft": frozenset(
        "fft fft2 fftn fftshift ifft ifft2 ifftn ifftshift irfft irfft2 irfftn rfft rfft2 rfftn".split()
    ),
    "special": frozenset(
        "entr erf erfc erfinv expit expm1 gammaln i0 i0e log1p log_ndtr logit ndtr xlog1py xlogy zeta".split()
    ),
}
"""Which operations there are, by the place where torch keeps them."""
MAKERS = frozenset(
    """arange empty eye full hamming_window hann_window linspace logspace ones rand randint randn randperm
    scalar_tensor tril_indices triu_indices zeros""".split()
)
"""Operations that make a tensor out of nothing: it lies where the inputs lie."""
DTYPES: Mapping[str, torch.dtype] = {
    name: getattr(torch, name)
    for name in "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128".split()
}
MOST_NUMBERS = 1 << 31  # of one tensor; a record that claims more is refused


class StepError(ValueError):
    """A step that is none of the pure operations; the text says which."""


def get(numbers: Tensor, index: Any) -> Tensor:
    """`numbers[index]`."""
    return numbers[index]


def put(numbers: Tensor, index: Any, value: Any) -> Tensor:
    """A copy of `numbers` in which what the index names is replaced."""
    changed = numbers.clone()
    changed[index] = value
    return changed


def packed_rnn(
    kind: str, numbers: Tensor, lengths: Tensor, weights: list[Tensor], states: list[Tensor], bias: bool, layers: int,
    dropout: float, training: bool, bidirectional: bool, batch_first: bool,
) -> tuple[Tensor, ...]:  # fmt: skip
    """An RNN (`lstm`, `gru`, `rnn_tanh`, `rnn_relu`) that stops at each sequence's length: outputs and last states."""
    kinds = {"lstm": torch.lstm, "gru": torch.gru, "rnn_tanh": torch.rnn_tanh}
    run: Any = kinds.get(kind, torch.rnn_relu)
    count = numbers.shape[0 if batch_first else 1]
    if not states:
        units, cells = weights[1].shape[1], weights[1].shape[0] // 4
        sizes = [units, cells] if kind == "lstm" else [units]
        deep = layers * (2 if bidirectional else 1)
        states = [numbers.new_zeros(deep, count, size) for size in sizes]
    options = (weights, bias, layers, dropout, training, bidirectional)
    if numbers.device.type == "meta":  # which packs nothing; the sizes are the same
        state = states if kind == "lstm" else states[0]
        found: tuple[Tensor, ...] = run(numbers, state, *options, batch_first)
        return found
    whole = nn.utils.rnn.pack_padded_sequence(
        numbers, lengths.cpu(), batch_first, enforce_sorted=False
    )
    order, back = whole.sorted_indices, whole.unsorted_indices
    states = [state[:, order] for state in states]
    found = run(whole.data, whole.batch_sizes, states if kind == "lstm" else states[0], *options)
    outputs = nn.utils.rnn.PackedSequence(found[0], whole.batch_sizes, order, back)
    steps = numbers.shape[1 if batch_first else 0]
    padded = nn.utils.rnn.pad_packed_sequence(outputs, batch_first, total_length=steps)[0]
    return (padded, *(state[:, back] for state in found[1:]))


OURS: Mapping[str, Callable[..., Any]] = {"get": get, "put": put, "packed_rnn": packed_rnn}


def operation(name: str) -> Callable[..., Any]:
    """The operation of this name, such as `torch.cat`, `Tensor.view` or `get`. Raises StepError."""
    if name in OURS:
        return OURS[name]
    place, _, word = name.partition(".")
    if word not in ALLOWED.get(place, ()):
        raise StepError(f"“{name[:60]}” is none of the operations that may be run.")
    found: Callable[..., Any] | None = getattr(PLACES[place], word, None)
    if found is None:
        raise StepError(f"This PyTorch has no operation “{name}”.")
    return found


class Operations(nn.Module):
    """Steps run one after another, with tensors of its own.

    Args:
        steps: (operation, arguments, options), as the module docstring says; options are pairs of name and value.
        results: What is given back: one value, or a tuple of several.
        tensors: Its own tensors: (name, shape, dtype, learnt, mean, deviation, packed values).
    """

    def __init__(
        self,
        steps: tuple[tuple[str, tuple[Any, ...], tuple[tuple[str, Any], ...]], ...],
        results: tuple[Any, ...],
        tensors: tuple[tuple[str, tuple[int, ...], str, bool, float, float, str], ...] = (),
    ) -> None:
        super().__init__()
        self._steps = tuple((operation(name), name, given, named) for name, given, named in steps)
        self._results = results
        for name, shape, dtype, learnt, mean, deviation, values in tensors:
            made = _made(shape, DTYPES[dtype], mean, deviation, values)
            if learnt:
                self.register_parameter(name, nn.Parameter(made))
            else:
                self.register_buffer(name, made)

    def forward(self, *inputs: Tensor) -> Any:
        """Run the steps."""
        done: list[Any] = []
        for function, name, given, named in self._steps:
            values = [self._value(value, inputs, done) for value in given]
            options = {key: self._value(value, inputs, done) for key, value in named}
            if name.startswith("torch.") and name[6:] in MAKERS:
                options["device"] = inputs[0].device
            done.append(function(*values, **options))
        results = tuple(self._value(value, inputs, done) for value in self._results)
        return results[0] if len(results) == 1 else results

    def _value(self, given: Any, inputs: tuple[Tensor, ...], done: list[Any]) -> Any:
        """What a value of a step stands for."""
        if not isinstance(given, tuple):
            return given
        match given:
            case ("in", int(place)):
                return inputs[place]
            case ("own", str(name)):
                return self._buffers[name] if name in self._buffers else self._parameters[name]
            case ("step", int(place), *parts):
                found = done[place]
                for part in parts:
                    found = found[part]
                return found
            case ("count", int(plus), int(over), *terms):
                return _count(plus, over, terms, inputs)
            case ("list", *values):
                return [self._value(value, inputs, done) for value in values]
            case ("slice", start, stop, step):
                return slice(*(self._value(value, inputs, done) for value in (start, stop, step)))
            case ("tuple", *values):
                return tuple(self._value(value, inputs, done) for value in values)
        return self._plain(given)

    def _plain(self, given: tuple[Any, ...]) -> Any:
        match given:
            case ("rest",):
                return ...
            case ("dtype", str(name)) if name in DTYPES:
                return DTYPES[name]
            case ("float", str(text)) if text in ("inf", "-inf", "nan"):
                return float(text)
            case ("training",):
                return self.training
            case (
                "when",
                bool() | int() | float() as trained,
                bool() | int() | float() as otherwise,
            ):
                return trained if self.training else otherwise
        raise StepError(f"“{str(given)[:60]}” says nothing that a step can be given.")

    def extra_repr(self) -> str:
        """The names of the operations."""
        return ", ".join(name for _, name, _, _ in self._steps)


def _count(plus: int, over: int, terms: list[Any], inputs: tuple[Tensor, ...]) -> int:
    total = plus
    for times, *sizes in terms:
        product = times
        for place, axis in sizes:
            product *= inputs[place].shape[axis]
        total += product
    return int(total // over)


def _made(
    shape: tuple[int, ...], dtype: torch.dtype, mean: float, deviation: float, values: str
) -> Tensor:
    """A tensor as it begins: the packed values if there are any, else drawn with this mean and deviation."""
    if torch.Size(shape).numel() > MOST_NUMBERS:
        raise StepError("A tensor of its own is larger than any machine here can hold.")
    made = torch.empty(shape, dtype=dtype)
    if values and made.device.type != "meta":
        return made.copy_(unpacked(values, shape, dtype))
    if not dtype.is_floating_point:
        return made.fill_(mean)
    return made.normal_(mean, deviation) if deviation else made.fill_(mean)


def as_text(numbers: Tensor) -> str:
    """The numbers of a tensor as text, which `unpacked` reads."""
    raw = numbers.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
    return base64.b64encode(zlib.compress(raw, 9)).decode()


def unpacked(text: str, shape: tuple[int, ...], dtype: torch.dtype) -> Tensor:
    """The tensor that `as_text` wrote. Raises StepError if the text holds another number of bytes."""
    size = torch.Size(shape).numel() * dtype.itemsize
    try:
        raw = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), size + 1)
    except (ValueError, zlib.error) as error:
        raise StepError("The values of a tensor cannot be read.") from error
    if len(raw) != size:
        raise StepError("The values of a tensor do not fill its shape.")
    if not size:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(bytearray(raw), dtype=dtype).reshape(shape)
