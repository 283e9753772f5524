"""Networks from the literature, drawn out of the catalogue's layers with groups: their counts are known from elsewhere.

Each function gives a drawing from an Input called `data` to a loss called `loss`; `IMAGENET` says what flows in.
"""

from collections.abc import Callable, Iterable

from engine.axes import Image, Labels, Sequence
from engine.graph import Edge, Graph, Group, NodeId
from engine.layer import Layer
from engine.layers import CATALOGUE
from engine.layers.data import Input, Output

IMAGENET = Image(3, 224, 224)
THOUSAND = Labels(tuple(f"class {number}" for number in range(1000)))
TEN = Labels(tuple("0123456789"))
MNIST_PADDED = Image(1, 32, 32)
TIMES = Sequence("time", 24)


def made(kind: str, **parameters: object) -> Layer:
    """A layer by its name in the catalogue."""
    return CATALOGUE[kind].model_validate(parameters)


def linear(units: int, **parameters: object) -> Layer:
    return made("Dense", out_features=units, **parameters)


def conv(filters: int, kernel: int, stride: int = 1, padding: int = 0, **more: object) -> Layer:
    return made(
        "Conv2d",
        out_channels=filters,
        kernel_size=kernel,
        stride=stride,
        padding=padding,
        **more,
    )


def pool(kernel: int, stride: int, padding: int = 0, kind: str = "MaxPool2d") -> Layer:
    return made(kind, kernel_size=kernel, stride=stride, padding=padding)


def wire(graph: Graph, source: str, target: str, into: str = "", out: str = "") -> Graph:
    """A wire from a node's first output to another's first input, unless ports are named."""
    a, b = graph.nodes[NodeId(source)].layer, graph.nodes[NodeId(target)].layer
    edge = Edge(NodeId(source), NodeId(target), out or a.outputs[0].name, into or b.inputs[0].name)
    return graph.connect(edge)


def behind(graph: Graph, layers: Iterable[Layer | tuple[str, Layer]], last: str) -> Graph:
    """The drawing with these layers one after another behind its node `last`."""
    for entry in layers:
        name, layer = entry if isinstance(entry, tuple) else (None, entry)
        graph = graph.add(layer, (240.0 * len(graph.nodes), 0.0), name)
        graph = wire(graph, last, list(graph.nodes)[-1])
        last = list(graph.nodes)[-1]
    return graph


def net(*layers: Layer | tuple[str, Layer], loss: str = "CrossEntropyLoss") -> Graph:
    """The layers one after another from an Input called `data` to a loss called `loss`."""
    graph = Graph().add(Input(), name="data")
    return behind(graph, (*layers, ("loss", made(loss))), "data")


def box(*layers: Layer | tuple[str, Layer], repeat: int = 1, shared: bool = False) -> Group:
    """A group of layers one after another, from an Input called `come` to an Output called `go`."""
    inside = Graph().add(Input(), name="come")
    inside = behind(inside, (*layers, ("go", Output())), "come")
    return Group(graph=inside, repeat=repeat, shared=shared)


# -- networks --------------------------------------------------------------------------------------------------------


def lenet_5() -> Graph:
    """LeCun et al. 1998 as it is built today, with full connections in C3, for 32×32×1: 61,706 parameters."""
    return net(
        conv(6, 5), made("Tanh"), pool(2, 2, kind="AvgPool2d"),
        conv(16, 5), made("Tanh"), pool(2, 2, kind="AvgPool2d"),
        made("Flatten"), linear(120), made("Tanh"), linear(84), made("Tanh"), linear(10),
    )  # fmt: skip


def alexnet() -> Graph:
    """Krizhevsky 2014 as in torchvision, for 224×224×3: 61,100,840 parameters."""
    relu, drop = made("ReLU"), made("Dropout")
    return net(
        conv(64, 11, 4, 2), relu, pool(3, 2), conv(192, 5, 1, 2), relu, pool(3, 2),
        conv(384, 3, 1, 1), relu, conv(256, 3, 1, 1), relu, conv(256, 3, 1, 1), relu, pool(3, 2),
        made("AdaptiveAvgPool2d", output_size=6), made("Flatten"),
        drop, linear(4096), relu, drop, linear(4096), relu, linear(1000),
    )  # fmt: skip


def vgg_16() -> Graph:
    """Simonyan & Zisserman 2015, for 224×224×3, drawn by He as in torchvision: 138,357,544 parameters."""
    he = {"initial_weights": "he"}
    layers: list[Layer | tuple[str, Layer]] = []
    for number, (times, filters) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]):
        pairs = [
            layer for _ in range(times) for layer in (conv(filters, 3, 1, 1, **he), made("ReLU"))
        ]
        layers.append((f"stage_{number + 1}", box(*pairs, pool(2, 2))))
    for _ in range(2):
        layers += [linear(4096, **he), made("ReLU"), made("Dropout")]
    return net(*layers[:5], made("Flatten"), *layers[5:], linear(1000))


def residual(way: list[Layer], short: list[Layer], repeat: int = 1) -> Group:
    """A group that adds what it takes, through `short`, to what `way` makes of it; a ReLU follows."""
    inside = behind(Graph().add(Input(), name="come"), way, "come")
    end = list(inside.nodes)[-1]
    inside = inside.add(made("Add"), name="sum")
    inside = wire(inside, end, "sum")
    if short:
        inside = behind(inside, [("short", short[0]), ("short_norm", short[1])], "come")
    inside = wire(inside, "short_norm" if short else "come", "sum")
    inside = behind(inside, [("relu_last", made("ReLU")), ("go", Output())], "sum")
    return Group(graph=inside, repeat=repeat)


def _norm() -> Layer:
    return made("BatchNorm2d")


def _shortcut(filters: int, stride: int) -> list[Layer]:
    return [conv(filters, 1, stride, bias=False), _norm()]


def basic(filters: int, stride: int = 1, widen: bool = False, repeat: int = 1) -> Group:
    """Two 3×3 convolutions with a skip connection (He et al. 2016, figure 5 left)."""
    way = [
        conv(filters, 3, stride, 1, bias=False), _norm(), made("ReLU"),
        conv(filters, 3, 1, 1, bias=False), _norm(),
    ]  # fmt: skip
    return residual(way, _shortcut(filters, stride) if widen else [], repeat)


def bottleneck(width: int, stride: int = 1, widen: bool = False, repeat: int = 1) -> Group:
    """1×1, 3×3 and 1×1 convolutions with a skip connection (He et al. 2016, figure 5 right)."""
    way = [
        conv(width, 1, bias=False), _norm(), made("ReLU"),
        conv(width, 3, stride, 1, bias=False), _norm(), made("ReLU"),
        conv(4 * width, 1, bias=False), _norm(),
    ]  # fmt: skip
    return residual(way, _shortcut(4 * width, stride) if widen else [], repeat)


def _resnet(block: Callable[..., Group], times: tuple[int, ...], first_widens: bool) -> Graph:
    layers: list[Layer | tuple[str, Layer]] = [
        conv(64, 7, 2, 3, bias=False), _norm(), made("ReLU"), pool(3, 2, 1)
    ]  # fmt: skip
    for stage, count in enumerate(times):
        widen = stage > 0 or first_widens
        width, stride = 64 * 2**stage, 2 if stage else 1
        layers.append((f"stage_{stage + 1}_first", block(width, stride, widen)))
        layers.append((f"stage_{stage + 1}", block(width, repeat=count - 1)))
    pooled = made("AdaptiveAvgPool2d", output_size=1)
    return net(*layers, pooled, made("Flatten"), linear(1000))


def resnet_18() -> Graph:
    """He et al. 2016, as in torchvision: 11,689,512 parameters."""
    return _resnet(basic, (2, 2, 2, 2), first_widens=False)


def resnet_50() -> Graph:
    """He et al. 2016 with the stride in the 3×3 convolution, as in torchvision: 25,557,032 parameters."""
    return _resnet(bottleneck, (3, 4, 6, 3), first_widens=True)


FAMOUS: dict[str, tuple[Callable[[], Graph], Image, Labels, int]] = {
    "LeNet-5": (lenet_5, MNIST_PADDED, TEN, 61_706),
    "AlexNet": (alexnet, IMAGENET, THOUSAND, 61_100_840),
    "VGG-16": (vgg_16, IMAGENET, THOUSAND, 138_357_544),
    "ResNet-18": (resnet_18, IMAGENET, THOUSAND, 11_689_512),
    "ResNet-50": (resnet_50, IMAGENET, THOUSAND, 25_557_032),
}
"""Drawing, sample, target, and parameters by torchvision's own count (LeNet-5: by hand)."""
