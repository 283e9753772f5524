"""Networks for text, speech and signals, none of which is to be complained of."""

from engine.axes import Sequence, Signal, StepLabels, Tokens, Transcript
from engine.graph import Graph
from tests.engine.famous import TEN, linear, made, net
from tests.engine.modern import Pen, modern


@modern(Tokens("time", 100), StepLabels(tuple(map(str, range(100)))))
def gpt() -> Graph:
    pen = Pen()
    pen.seq(
        made("Embedding", embedding_dim=32),
        made("PositionalEncoding", encoding="learnt", max_length=64),
    )
    for _ in range(4):
        x = pen.last
        pen("LayerNorm")
        pen(made("MultiheadAttention", num_heads=4, causal=True))
        pen("Dropout")
        x = pen("Add", x, pen.last)
        pen.seq(made("LayerNorm"), linear(128), made("GELU"), linear(32), made("Dropout"))
        pen("Add", x, pen.last)
    pen.seq(made("LayerNorm"), linear(100, bias=False), made("CrossEntropyLoss"))
    return pen.graph


@modern(Tokens("time", 100), StepLabels(tuple(map(str, range(100)))))
def llama_block() -> Graph:
    pen = Pen()
    pen.seq(made("Embedding", embedding_dim=32))
    for _ in range(2):
        x = pen.last
        pen("RMSNorm")
        pen(made("MultiheadAttention", num_heads=4, causal=True, bias=False))
        x = pen("Add", x, pen.last)
        n = pen("RMSNorm")
        a = pen.seq(linear(64, bias=False), made("SiLU"), src=n)
        b = pen.seq(linear(64, bias=False), src=n)
        pen("Multiply", a, b)
        pen(linear(32, bias=False))
        pen("Add", x, pen.last)
    pen.seq(made("RMSNorm"), linear(100, bias=False), made("CrossEntropyLoss"))
    return pen.graph


@modern(Tokens("time", 50), StepLabels(tuple(map(str, range(60)))), {"french": Tokens("words", 60)})
def seq2seq_attention() -> Graph:
    pen = Pen(data="", french="french")
    pen.seq(
        made("Embedding", embedding_dim=16),
        made("LSTM", hidden_size=16, bidirectional=False),
        src="data",
    )
    enc = pen.last
    pen(made("Embedding", embedding_dim=16), "french")
    d = pen.last
    dec = pen(
        made("LSTM", hidden_size=16), **{"in": d, "hidden": enc + ":hidden", "cell": enc + ":cell"}
    )
    a = pen(made("MultiheadAttention", num_heads=1), query=dec, key=enc)
    pen(made("Concat", dim=2), dec, a)
    pen.seq(linear(32), made("Tanh"), linear(60), made("CrossEntropyLoss"))
    return pen.graph


@modern(Tokens("time", 50), StepLabels(tuple(map(str, range(60)))), {"french": Tokens("words", 60)})
def transformer_translation() -> Graph:
    pen = Pen(data="", french="french")
    e = pen.seq(
        made("Embedding", embedding_dim=16),
        made("PositionalEncoding"),
        made("TransformerEncoderLayer", nhead=2),
        made("TransformerEncoderLayer", nhead=2),
        src="data",
    )
    d = pen.seq(made("Embedding", embedding_dim=16), made("PositionalEncoding"), src="french")
    for _ in range(2):
        d = pen(made("TransformerDecoderLayer", nhead=2), d, e)
    pen.seq(linear(60), made("CrossEntropyLoss"))
    return pen.graph


@modern(Sequence("time", 13), Transcript(tuple("_abcdef")))
def speech_ctc() -> Graph:
    pen = Pen()
    pen.seq(
        made("Permute"),
        made("Conv1d", out_channels=32, kernel_size=11, stride=2, padding=5, bias=False),
        made("BatchNorm1d"),
        made("Hardtanh", min_val=0, max_val=20),
        made("Permute"),
        made("GRU", hidden_size=32, bidirectional=True),
        made("GRU", hidden_size=32, bidirectional=True),
        linear(7),
        made("CTCLoss"),
    )
    return pen.graph


@modern(Signal(1, "time"), TEN)
def wavenet() -> Graph:
    pen = Pen()
    pen(made("Conv1d", out_channels=8, kernel_size=1))
    skips = []
    for d in (1, 2, 4, 8):
        x = pen.last
        p = pen(made("Pad", padding=(d, 0)))
        a = pen.seq(made("Conv1d", out_channels=8, kernel_size=2, dilation=d), made("Tanh"), src=p)
        b = pen.seq(
            made("Conv1d", out_channels=8, kernel_size=2, dilation=d), made("Sigmoid"), src=p
        )
        m = pen("Multiply", a, b)
        skips.append(pen(made("Conv1d", out_channels=8, kernel_size=1), m))
        if d < 8:
            r = pen(made("Conv1d", out_channels=8, kernel_size=1), m)
            pen("Add", x, r)
    pen("Add", *skips)
    pen.seq(
        made("ReLU"),
        made("Conv1d", out_channels=16, kernel_size=1),
        made("ReLU"),
        made("GlobalAvgPool"),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Signal(3, 100), TEN)
def pointnet() -> Graph:
    pen = Pen()
    for f in (64, 128):
        pen.seq(
            made("Conv1d", out_channels=f, kernel_size=1, bias=False),
            made("BatchNorm1d"),
            made("ReLU"),
        )
    pen.seq(
        made("GlobalMaxPool"),
        linear(64, bias=False),
        made("BatchNorm1d"),
        made("ReLU"),
        made("Dropout"),
        linear(10),
        made("CrossEntropyLoss"),
    )
    return pen.graph


@modern(Tokens("time", 100), StepLabels(tuple("abc")))
def bilstm_tagger() -> Graph:
    return net(
        made("Embedding"),
        made("Dropout"),
        made("LSTM", bidirectional=True, num_layers=2, dropout=0.3),
        made("Dropout"),
        linear(3),
    )


@modern(Tokens("time", 100), TEN)
def textcnn() -> Graph:
    pen = Pen()
    x = pen.seq(made("Embedding"), made("Permute"))
    p = [
        pen.seq(
            made("Conv1d", out_channels=16, kernel_size=k),
            made("ReLU"),
            made("GlobalMaxPool"),
            src=x,
        )
        for k in (3, 4, 5)
    ]
    pen("Concat", *p)
    pen.seq(made("Dropout"), linear(10), made("CrossEntropyLoss"))
    return pen.graph


@modern(Tokens("time", 100), TEN)
def fasttext() -> Graph:
    return net(made("Embedding"), made("Select", which="mean"), linear(10))


@modern(Sequence(20, 4), TEN)
def tcn_residual() -> Graph:
    pen = Pen()
    pen(made("Permute"))
    for d in (1, 2, 4):
        x = pen.last
        pen.seq(
            made("Pad", padding=(2 * d, 0)),
            made("Conv1d", out_channels=16, dilation=d),
            made("ReLU"),
            made("Dropout1d", p=0.1),
        )
        y = pen.last
        s = pen(made("Conv1d", out_channels=16, kernel_size=1), x)
        pen("Add", s, y)
        pen("ReLU")
    pen.seq(made("GlobalAvgPool"), linear(10), made("CrossEntropyLoss"))
    return pen.graph
