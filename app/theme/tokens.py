"""Every colour of the program, once for dark and once for light, as plain "#rrggbb" strings.

Knows nothing of Qt. The ratios between texts, marks and surfaces are recomputed by the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

EXPORT_NEUTRAL = "#e8eaeb"  # middle of the signed map in exported pictures, in either theme


@dataclass(frozen=True, slots=True)
class GroupColour:
    """One layer group: `hue` for its glyph and marks, `tint` for the fill behind them."""

    hue: str
    tint: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme. Surfaces rise from canvas to s4, texts fade from t1 to t4."""

    name: str
    canvas: str  # node canvas
    dot: str  # its 20-px grid
    behind: str  # what shows where no panel is
    field: str  # inside of edits and combos
    s1: str  # panels, bars, docks, plot background
    s2: str  # node body, cards, buttons
    s3: str  # hover, segment track
    s4: str  # pressed, scroll thumb, switch off
    edge: str  # 1-px seam between panels
    line1: str  # inner rule
    line2: str  # border of cards and controls
    line3: str  # border that must be seen: hover, dashed, zero line
    frame: str  # group frame on the canvas
    pop: str  # tooltip, hover readout
    wire: str  # wires and ports
    flow: str  # dots that run along wires while training
    shadow: str  # flat 2-px offset under nodes
    grid: str  # plot grid
    chosen: str  # the chosen segment on its track
    accent: str  # selection, focus, link, progress
    accentfill: str  # the primary button, switch on
    onaccent: str  # text on accentfill
    accentbg: str  # selected row, selected text
    t1: str  # titles, values
    t2: str  # labels, second line
    t3: str  # hints, ticks, section heads
    t4: str  # disabled only
    ok: str
    okbg: str
    watch: str
    watchbg: str
    bad: str
    badbg: str
    series: tuple[str, ...]  # blue, orange, teal, purple; then rose and olive, always dashed
    baseline: str  # grey series for baselines
    negative: str  # ends and middle of the signed map
    neutral: str
    positive: str
    float_shadow: tuple[str, float]  # 0 4 12 under popups: colour, opacity
    groups: Mapping[str, GroupColour]

    @property
    def train(self) -> str:
        """The series colour of the train part."""
        return self.series[0]

    @property
    def dev(self) -> str:
        """The series colour of the dev part, which is always drawn dashed."""
        return self.series[1]

    @property
    def gradient(self) -> str:
        """The series colour of gradients and error signals."""
        return self.series[2]

    def group(self, name: str) -> GroupColour:
        """The colours of a layer group; a group from elsewhere looks like Code."""
        return self.groups.get(name, self.groups["Code"])


def _groups(**pairs: str) -> Mapping[str, GroupColour]:
    split = {name: pair.split() for name, pair in pairs.items()}
    return MappingProxyType({name: GroupColour(hue, tint) for name, (hue, tint) in split.items()})


DARK = Tokens(
    name="dark",
    canvas="#101216",
    dot="#262b33",
    behind="#15181d",
    field="#15181d",
    s1="#1a1d23",
    s2="#22262d",
    s3="#2b3038",
    s4="#363c47",
    edge="#0b0d10",
    line1="#262a32",
    line2="#353b46",
    line3="#6f7887",
    frame="#15181d",
    pop="#0d0f13",
    wire="#667080",
    flow="#c9ccff",
    shadow="#0a0b0e",
    grid="#262b33",
    chosen="#3a414c",
    accent="#8f93ff",
    accentfill="#5a5ee6",
    onaccent="#ffffff",
    accentbg="#262a52",
    t1="#eceef1",
    t2="#b3bac5",
    t3="#8e97a5",
    t4="#5d6573",
    ok="#4cc38a",
    okbg="#17312a",
    watch="#f2b94b",
    watchbg="#372d17",
    bad="#ff7b72",
    badbg="#3d2226",
    series=("#5fb6fe", "#f59322", "#7fd6b4", "#b978ea", "#fd6a7a", "#9aa52a"),
    baseline="#9aa3b0",
    negative="#f59322",
    neutral="#1d2127",
    positive="#0877bd",
    float_shadow=("#000000", 0.35),
    groups=_groups(
        Data="#a9b9ca #2c3136",
        Dense="#91b7fe #233048",
        Convolution="#51cec7 #123735",
        Pooling="#62c5ef #173441",
        Activation="#cdb851 #373012",
        Normalisation="#70cda2 #1b372a",
        Regularisation="#eea471 #412b1b",
        Recurrent="#da9ced #3b2841",
        Attention="#f294ca #422636",
        Embedding="#9fc769 #293519",
        Structure="#b4b4d1 #2f2f38",
        Loss="#fa96a3 #44262a",
        Code="#c3b5a3 #34302a",
    ),
)

LIGHT = Tokens(
    name="light",
    canvas="#f6f7f9",
    dot="#d5d9e1",
    behind="#eceef2",
    field="#ffffff",
    s1="#fbfbfd",
    s2="#ffffff",
    s3="#eef0f4",
    s4="#e1e4ea",
    edge="#d9dce3",
    line1="#e6e8ed",
    line2="#d3d7df",
    line3="#808897",
    frame="#f0f1f5",
    pop="#ffffff",
    wire="#868f9e",
    flow="#4b4fd6",
    shadow="#e3e6eb",
    grid="#e9ebf0",
    chosen="#ffffff",
    accent="#4b4fd6",
    accentfill="#4f53dc",
    onaccent="#ffffff",
    accentbg="#e6e7fd",
    t1="#1b1e24",
    t2="#4b525e",
    t3="#5f6774",
    t4="#a3aab5",
    ok="#12744a",
    okbg="#e2f5ea",
    watch="#8a5a00",
    watchbg="#fbf0d2",
    bad="#c22d27",
    badbg="#fdeae8",
    series=("#0877bd", "#b35600", "#00695c", "#6930b0", "#bf3f55", "#6b6200"),
    baseline="#666e7b",
    negative="#f59322",
    neutral="#e8eaeb",
    positive="#0877bd",
    float_shadow=("#141820", 0.10),
    groups=_groups(
        Data="#566575 #e8edf3",
        Dense="#3860ad #e4edff",
        Convolution="#04726e #d5f4f2",
        Pooling="#006d8f #d7f2ff",
        Activation="#736306 #f3eed1",
        Normalisation="#017650 #daf4e6",
        Regularisation="#944e12 #fee8da",
        Recurrent="#834695 #f8e5fe",
        Attention="#973d75 #fee4f2",
        Embedding="#4d7001 #e5f2d7",
        Structure="#60607b #ececf5",
        Loss="#9d3f50 #fee6e8",
        Code="#6e614f #f0ece6",
    ),
)

GROUPS = tuple(DARK.groups)  # in the order of the palette
