"""The loss curves of a run as a picture."""

from pathlib import Path

from engine.report.charts import HIGH, WIDE
from engine.report.kind import Report
from engine.report.page import style
from engine.report.pictures import losses
from engine.report.subject import Told


class Svg(Report):
    """The loss curves as a picture that stays sharp at any size, for papers and slides."""

    name = "svg"
    title = "Loss curves (SVG)"
    suffix = ".svg"

    def write(self, told: Told, out: Path) -> tuple[Path, ...]:
        out.write_text(standing_alone(losses(told)), "utf-8")
        return (out,)


def standing_alone(svg: str) -> str:
    """A picture with its colours written out: programs other than browsers know no variables in style sheets."""
    sheet = style()
    light = dict(
        entry.strip().split(":", 1)
        for entry in sheet.partition("{")[2].partition("}")[0].split(";")
        if entry.strip().startswith("--")
    )
    rules = "\n".join(line for line in sheet.splitlines() if line.startswith("svg "))
    for name, value in light.items():
        rules = rules.replace(f"var({name})", value.strip())
    rules = rules.replace("svg {", ".none {").replace("svg ", "")
    begin = svg.index("</title>") + len("</title>")
    ground = f'<rect width="{WIDE}" height="{HIGH}" style="fill:{light["--page"].strip()}"/>'
    return f"{svg[:begin]}<style>{rules}</style>{ground}{svg[begin:]}\n"
