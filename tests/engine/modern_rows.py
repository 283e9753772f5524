"""Networks for rows of numbers, none of which is to be complained of."""

from engine.axes import Labels, Row, Tokens, Values
from engine.graph import Graph, NodeId
from tests.engine.famous import TEN, behind, linear, made, net
from tests.engine.modern import HE, Pen, modern


@modern(Row(20), TEN)
def vae() -> Graph:
    pen = Pen()
    h = pen.seq(linear(32), made("ReLU"))
    mu = pen(linear(4), h)
    lv = pen(linear(4), h)
    pen(
        made(
            "Code", source="mu + torch.randn_like(mu) * (0.5 * logvar).exp()", names="mu, logvar"
        ).as_own(),
        mu=mu,
        logvar=lv,
    )
    pen.seq(linear(32), made("ReLU"), linear(20))
    pen(made("MSELoss"), prediction=pen.last, target="data")
    k = pen(
        made(
            "Code", source="-0.5 * (1 + logvar - mu ** 2 - logvar.exp())", names="mu, logvar"
        ).as_own(),
        mu=mu,
        logvar=lv,
    )
    pen.graph = pen.graph.add(made("Constant", shape=(4,)), name="zero")
    pen(made("L1Loss", factor=0.01), prediction=k, target="zero")
    return pen.graph


@modern(Row(20), TEN)
def distillation() -> Graph:
    pen = Pen()
    t = pen.seq(linear(32), made("ReLU"), linear(10))
    for n in list(pen.graph.nodes):
        if n != "data":
            pen.graph = pen.graph.change(n, frozen=True)
    ts = pen("Softmax", t)
    s = pen.seq(linear(8), made("ReLU"), linear(10), src="data")
    pen(made("CrossEntropyLoss"), s)
    ls = pen("LogSoftmax", s)
    pen(made("KLDivLoss", factor=0.5), prediction=ls, target=ts)
    return pen.graph


@modern(Row(30), TEN)
def selu_net() -> Graph:
    return net(
        *[
            layer
            for _ in range(8)
            for layer in (
                linear(32, initial_weights="lecun"),
                made("SELU"),
                made("AlphaDropout", p=0.05),
            )
        ],
        linear(10),
    )


@modern(Row(30), TEN)
def highway() -> Graph:
    pen = Pen()
    pen.seq(linear(16), made("ReLU"))
    for _ in range(3):
        x = pen.last
        h = pen.seq(linear(16, **HE), made("ReLU"), src=x)
        t = pen.seq(linear(16), made("Sigmoid"), src=x)
        a = pen("Multiply", h, t)
        c = pen(made("Code", source="x * (1 - t)", names="x, t").as_own(), x=x, t=t)
        pen("Add", a, c)
    pen.seq(linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Row(30), Values(("y",)))
def wide_and_deep() -> Graph:
    pen = Pen()
    d = pen.seq(linear(32), made("ReLU"), linear(16), made("ReLU"), src="data")
    pen("Concat", "data", d)
    pen.seq(linear(1), made("HuberLoss"))
    return pen.graph


@modern(Row(30), TEN)
def two_heads() -> Graph:
    pen = Pen()
    h = pen.seq(linear(32), made("ReLU"))
    pen.seq(linear(10), made("CrossEntropyLoss"), src=h)
    r = pen(linear(30), h)
    pen(made("MSELoss", factor=0.1), prediction=r, target="data")
    return pen.graph


@modern(Row(30), TEN)
def logistic_regression() -> Graph:
    return net(linear(10))


@modern(Row(30), Labels(("no", "yes")))
def logistic_regression_binary() -> Graph:
    return net(linear(1), loss="BCEWithLogitsLoss")


@modern(Row(30), Labels(("no", "yes")))
def old_binary() -> Graph:
    return net(linear(16), made("ReLU"), linear(1), made("Sigmoid"), loss="BCELoss")


@modern(Row(30), TEN)
def old_nll() -> Graph:
    return net(linear(16), made("ReLU"), linear(10), made("LogSoftmax"), loss="NLLLoss")


@modern(Row(30), TEN)
def svm() -> Graph:
    return net(linear(10), loss="MultiMarginLoss")


@modern(Row(30), Values(("count",)))
def poisson() -> Graph:
    return net(linear(16), made("ReLU"), linear(1), loss="PoissonNLLLoss")


@modern(Row(30), Values(("count",)))
def poisson_softplus() -> Graph:
    return behind(
        net(linear(16), made("ReLU"), linear(1), made("Softplus"), loss="PoissonNLLLoss").put(
            NodeId("loss"), made("PoissonNLLLoss", log_input=False)
        ),
        [],
        "loss",
    )


@modern(Row(30), Values(("a", "b")))
def regression_tanh_out() -> Graph:
    return net(linear(16), made("ReLU"), linear(2), made("Tanh"), loss="MSELoss")


@modern(Row(30), TEN)
def rbm_like_tied() -> Graph:
    pen = Pen()
    pen.seq(linear(30), made("Tanh"), linear(30), made("Tanh"), linear(30))
    pen.graph = pen.graph.share(NodeId("dense_2"), NodeId("dense_1")).share(
        NodeId("dense_3"), NodeId("dense_1")
    )
    pen(made("MSELoss"), prediction=pen.last, target="data")
    return pen.graph


@modern(Row(30), TEN)
def residual_mlp() -> Graph:
    pen = Pen()
    pen(linear(32))
    for _ in range(20):
        x = pen.last
        pen.seq(made("LayerNorm"), linear(64), made("GELU"), linear(32))
        pen("Add", x, pen.last)
    pen.seq(made("LayerNorm"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Row(6), TEN, {"cat": Tokens(4, 30)})
def tabular_embeddings() -> Graph:
    pen = Pen(data="", cat="cat")
    e = pen.seq(made("Embedding", embedding_dim=8), made("Flatten"), src="cat")
    pen("Concat", "data", e)
    pen.seq(
        linear(32, bias=False),
        made("BatchNorm1d"),
        made("ReLU"),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Row(30), TEN)
def glu_net() -> Graph:
    return net(linear(64), made("GLU"), linear(64), made("GLU"), linear(10))


@modern(Row(30), TEN)
def maxout() -> Graph:
    pen = Pen()
    a = pen(linear(16), "data")
    b = pen(linear(16), "data")
    pen("Maximum", a, b)
    pen.seq(linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Row(30), TEN)
def bn_input() -> Graph:
    return net(
        made("BatchNorm1d"), linear(32, bias=False), made("BatchNorm1d"), made("ReLU"), linear(10)
    )
