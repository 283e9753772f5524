"""Networks for images, none of which is to be complained of."""

from engine.axes import Image, Labels, Transcript, Volume
from engine.graph import Graph, NodeId
from tests.engine.famous import TEN, box, conv, linear, made, net, pool
from tests.engine.modern import Pen, bare, modern, normed


@modern(Image(3, 64, 64))
def unet() -> Graph:
    pen = Pen()
    skips = []
    for f in (8, 16, 32):
        skips.append(pen.seq(*normed(f), *normed(f)))
        pen(pool(2, 2))
    pen.seq(*normed(64), *normed(64))
    for f in (32, 16, 8):
        u = pen(made("ConvTranspose2d", out_channels=f, kernel_size=2, stride=2))
        pen("Concat", skips.pop(), u)
        pen.seq(*normed(f), *normed(f))
    pen.seq(conv(10, 1), made("GlobalAvgPool"), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 64, 64))
def inception() -> Graph:
    pen = Pen()
    pen.seq(*normed(16, 7, 2), pool(3, 2, 1))
    for _ in range(2):
        x = pen.last
        a = pen.seq(*normed(16, 1), src=x)
        b = pen.seq(*normed(8, 1), *normed(16, 3), src=x)
        c = pen.seq(*normed(8, 1), *normed(16, 5), src=x)
        d = pen.seq(pool(3, 1, 1), *normed(8, 1), src=x)
        pen("Concat", a, b, c, d)
    pen.seq(made("GlobalAvgPool"), made("Dropout"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 64, 64))
def googlenet_no_bn() -> Graph:
    """inception v1 as published: relu after each conv, maxpool then 1x1"""
    pen = Pen()
    pen.seq(*bare(16, 7), pool(3, 2, 1))
    for _ in range(3):
        x = pen.last
        a = pen.seq(*bare(16, 1), src=x)
        b = pen.seq(*bare(8, 1), *bare(16, 3), src=x)
        c = pen.seq(*bare(8, 1), *bare(16, 5), src=x)
        d = pen.seq(pool(3, 1, 1), *bare(8, 1), src=x)
        pen("Concat", a, b, c, d)
    pen.seq(made("GlobalAvgPool"), made("Dropout"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 64, 64))
def resnext() -> Graph:
    pen = Pen()
    pen.seq(*normed(32, 7, 2))
    for _ in range(2):
        x = pen.last
        y = pen.seq(
            *normed(32, 1), *normed(32, 3, groups=8), conv(32, 1, bias=False), made("BatchNorm2d")
        )
        pen("Add", x, y)
        pen("ReLU")
    pen.seq(made("GlobalAvgPool"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 64, 64))
def mobilenet_v2() -> Graph:
    pen = Pen()
    pen.seq(*normed(16, 3, act="ReLU6"))
    for _ in range(2):
        x = pen.last
        y = pen.seq(
            *normed(96, 1, act="ReLU6"),
            made("DepthwiseConv2d", padding=1, bias=False),
            made("BatchNorm2d"),
            made("ReLU6"),
            conv(16, 1, bias=False),
            made("BatchNorm2d"),
        )
        pen("Add", x, y)
    pen.seq(
        *normed(64, 1, act="ReLU6"),
        made("GlobalAvgPool"),
        made("Dropout", p=0.2),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Image(3, 64, 64))
def efficientnet_se() -> Graph:
    pen = Pen()
    pen.seq(conv(16, 3, 2, 1, bias=False), made("BatchNorm2d"), made("SiLU"))
    x = pen.last
    y = pen.seq(
        conv(64, 1, bias=False),
        made("BatchNorm2d"),
        made("SiLU"),
        made("DepthwiseConv2d", padding=1, bias=False),
        made("BatchNorm2d"),
        made("SiLU"),
    )
    s = pen.seq(made("AdaptiveAvgPool2d"), conv(4, 1), made("SiLU"), conv(64, 1), made("Sigmoid"))
    pen("Multiply", y, s)
    pen.seq(conv(16, 1, bias=False), made("BatchNorm2d"))
    pen("Add", x, pen.last)
    pen.seq(
        conv(64, 1, bias=False),
        made("BatchNorm2d"),
        made("SiLU"),
        made("GlobalAvgPool"),
        made("Dropout"),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Image(3, 32, 32))
def convnext() -> Graph:
    pen = Pen()
    pen.seq(conv(24, 4, 4), made("GroupNorm", num_groups=1))
    for _ in range(2):
        x = pen.last
        pen.seq(
            made("DepthwiseConv2d", kernel_size=7, padding=3),
            made("GroupNorm", num_groups=1),
            conv(96, 1),
            made("GELU"),
            conv(24, 1),
            made("Scale", initial=1e-06),
        )
        pen("Add", x, pen.last)
    pen.seq(made("GlobalAvgPool"), made("LayerNorm"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 32, 32))
def densenet() -> Graph:
    pen = Pen()
    x = [pen(conv(16, 3, 1, 1, bias=False))]
    for _ in range(3):
        if len(x) > 1:
            pen("Concat", *x)
        x.append(pen.seq(made("BatchNorm2d"), made("ReLU"), conv(8, 3, 1, 1, bias=False)))
    pen("Concat", *x)
    pen.seq(
        made("BatchNorm2d"),
        made("ReLU"),
        conv(16, 1, bias=False),
        pool(2, 2, kind="AvgPool2d"),
        made("BatchNorm2d"),
        made("ReLU"),
        made("GlobalAvgPool"),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Image(3, 32, 32))
def preact_resnet() -> Graph:
    pen = Pen()
    pen(conv(16, 3, 1, 1))
    for _ in range(3):
        x = pen.last
        pen.seq(
            made("BatchNorm2d"),
            made("ReLU"),
            conv(16, 3, 1, 1, bias=False),
            made("BatchNorm2d"),
            made("ReLU"),
            conv(16, 3, 1, 1),
        )
        pen("Add", x, pen.last)
    pen.seq(
        made("BatchNorm2d"),
        made("ReLU"),
        made("GlobalAvgPool"),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Image(3, 32, 32))
def vit() -> Graph:
    pen = Pen()
    t = pen.seq(conv(32, 8, 8), made("Flatten", start_dim=2), made("Permute"))
    pen.graph = pen.graph.add(made("Constant", shape=(1, 32), learnable=True), name="cls")
    pen("Concat", "cls", t)
    pen(made("PositionalEncoding", encoding="learnt", max_length=17, dropout=0.1))
    for _ in range(3):
        x = pen.last
        pen("LayerNorm")
        pen(made("MultiheadAttention", num_heads=4))
        x = pen("Add", x, pen.last)
        pen.seq(
            made("LayerNorm"),
            linear(128),
            made("GELU"),
            made("Dropout", p=0.1),
            linear(32),
            made("Dropout", p=0.1),
        )
        pen("Add", x, pen.last)
    pen.seq(made("LayerNorm"), made("Select", which="first"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(1, 28, 28), Labels(("other", "same")), {"second": Image(1, 28, 28)})
def siamese() -> Graph:
    pen = Pen(data="", other="second")
    tower = box(
        conv(8, 3),
        made("ReLU"),
        pool(2, 2),
        conv(8, 3),
        made("ReLU"),
        made("GlobalMaxPool"),
        linear(16),
    )
    a = pen(tower, "data", name="left")
    b = pen(tower, "other", name="right")
    pen.graph = pen.graph.share(NodeId("right"), NodeId("left"))
    pen(made("Subtract"), a, b)
    pen(made("Code", source="x.abs()").as_own())
    pen.seq(linear(1), made("BCEWithLogitsLoss"))
    return pen.graph


@modern(Image(1, 28, 28), Labels(("other", "same")), {"second": Image(1, 28, 28)})
def siamese_dot() -> Graph:
    pen = Pen(data="", other="second")
    tower = box(
        conv(8, 3),
        made("ReLU"),
        pool(2, 2),
        conv(8, 3),
        made("ReLU"),
        made("GlobalMaxPool"),
        linear(16),
    )
    a = pen(tower, "data", name="left")
    b = pen(tower, "other", name="right")
    pen.graph = pen.graph.share(NodeId("right"), NodeId("left"))
    pen(made("Dot", normalize=True), a, b)
    pen.seq(made("Scale"), made("BCEWithLogitsLoss"))
    return pen.graph


@modern(Image(1, 28, 28), TEN)
def conv_autoencoder() -> Graph:
    pen = Pen()
    pen.seq(
        conv(8, 3, 2, 1),
        made("ReLU"),
        conv(4, 3, 2, 1),
        made("ReLU"),
        made("ConvTranspose2d", out_channels=8, kernel_size=2, stride=2),
        made("ReLU"),
        made("ConvTranspose2d", out_channels=1, kernel_size=2, stride=2),
        made("Sigmoid"),
    )
    pen(made("MSELoss"), prediction=pen.last, target="data")
    return pen.graph


@modern(Image(1, 28, 28), TEN)
def conv_autoencoder_bce() -> Graph:
    pen = Pen()
    pen.seq(
        conv(8, 3, 2, 1),
        made("ReLU"),
        made("ConvTranspose2d", out_channels=1, kernel_size=2, stride=2),
        made("Sigmoid"),
    )
    pen(made("BCELoss"), prediction=pen.last, target="data")
    return pen.graph


@modern(Image(1, 32, 128), Transcript(tuple("_abcdef")))
def crnn_ocr() -> Graph:
    pen = Pen()
    pen.seq(
        *normed(16),
        pool(2, 2),
        *normed(32),
        pool(2, 2),
        *normed(32),
        made("MaxPool2d", kernel_size=(8, 1)),
        made("Squeeze", dim=2),
        made("Permute"),
        made("LSTM", hidden_size=32, bidirectional=True),
        linear(7),
        made("CTCLoss"),
    )
    return pen.graph


@modern(Image(1, 28, 28), TEN)
def vgg_bn_dropout() -> Graph:
    return net(
        *normed(8),
        *normed(8),
        pool(2, 2),
        *normed(16),
        *normed(16),
        pool(2, 2),
        made("Flatten"),
        linear(64),
        made("ReLU"),
        made("Dropout"),
        linear(10),
    )


@modern(Image(1, 28, 28), TEN)
def conv_bn_before_pool_relu() -> Graph:
    return net(
        conv(8, 3, bias=False),
        pool(2, 2),
        made("BatchNorm2d"),
        made("ReLU"),
        made("Flatten"),
        linear(10),
    )


@modern(Volume(1, 16, 32, 32), TEN)
def c3d() -> Graph:
    return net(
        made("Conv3d", out_channels=8, padding=1),
        made("ReLU"),
        made("MaxPool3d"),
        made("Conv3d", out_channels=8, padding=1),
        made("ReLU"),
        made("GlobalAvgPool"),
        linear(10),
    )


@modern(Image(3, 32, 32), TEN)
def spatial_transformer_like() -> Graph:
    pen = Pen()
    f = pen.seq(*normed(8))
    a = pen.seq(conv(1, 1), made("Sigmoid"), src=f)
    pen("Multiply", f, a)
    pen.seq(made("GlobalAvgPool"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 32, 32), TEN)
def subpixel_sr() -> Graph:
    pen = Pen()
    pen.seq(
        conv(16, 5, 1, 2),
        made("Tanh"),
        conv(12, 3, 1, 1),
        made("PixelShuffle"),
        pool(2, 2, kind="AvgPool2d"),
    )
    pen(made("L1Loss"), prediction=pen.last, target="data")
    return pen.graph


@modern(Image(3, 32, 32), TEN)
def shufflenet() -> Graph:
    pen = Pen()
    pen.seq(*normed(16))
    x = pen.last
    pen.seq(
        conv(16, 1, groups=4, bias=False),
        made("BatchNorm2d"),
        made("ReLU"),
        made("ChannelShuffle", groups=4),
        made("DepthwiseConv2d", padding=1, bias=False),
        made("BatchNorm2d"),
        conv(16, 1, groups=4, bias=False),
        made("BatchNorm2d"),
    )
    pen("Add", x, pen.last)
    pen.seq(made("ReLU"), made("GlobalAvgPool"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 32, 32), TEN)
def frozen_backbone() -> Graph:
    pen = Pen()
    pen(box(*normed(8), *normed(8)), name="backbone")
    pen.graph = pen.graph.change(NodeId("backbone"), frozen=True)
    pen.seq(made("GlobalAvgPool"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 32, 32), TEN)
def vit_mean() -> Graph:
    pen = Pen()
    pen.seq(
        conv(32, 8, 8),
        made("Flatten", start_dim=2),
        made("Permute"),
        made("PositionalEncoding", encoding="learnt", max_length=16),
    )
    for _ in range(3):
        pen(made("TransformerEncoderLayer", nhead=4, norm_first=True, activation="gelu"))
    pen.seq(made("LayerNorm"), made("Select", which="mean"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(3, 32, 32), TEN)
def convnext_official() -> Graph:
    pen = Pen()
    pen.seq(conv(24, 4, 4))
    for _ in range(2):
        x = pen.last
        pen.seq(
            made("DepthwiseConv2d", kernel_size=7, padding=3),
            made("Permute", dims=(2, 3, 1)),
            made("LayerNorm"),
            linear(96),
            made("GELU"),
            linear(24),
            made("Permute", dims=(3, 1, 2)),
        )
        pen("Add", x, pen.last)
    pen.seq(made("GlobalAvgPool"), made("LayerNorm"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Image(1, 32, 128), Transcript(tuple("_abcdef")))
def crnn_reduce() -> Graph:
    pen = Pen()
    pen.seq(
        *normed(16),
        pool(2, 2),
        made("Reduce", dim=2),
        made("Permute"),
        made("LSTM", hidden_size=32, bidirectional=True),
        linear(7),
        made("CTCLoss"),
    )
    return pen.graph


@modern(Image(1, 32, 128), Transcript(tuple("_abcdef")))
def crnn_reshape() -> Graph:
    pen = Pen()
    pen.seq(
        *normed(16),
        pool(2, 2),
        made("Reshape", shape=(256, 64)),
        made("Permute"),
        made("LSTM", hidden_size=32, bidirectional=True),
        linear(7),
        made("CTCLoss"),
    )
    return pen.graph
