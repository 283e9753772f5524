"""A run as one page for any browser."""

from pathlib import Path

from engine.report.kind import Report
from engine.report.page import page
from engine.report.subject import Told


class Html(Report):
    """One page that opens in any browser and needs nothing else: network, settings, curves, gradients, confusion."""

    name = "html"
    title = "Report (HTML)"
    suffix = ".html"

    def write(self, told: Told, out: Path) -> tuple[Path, ...]:
        out.write_text(page(told), "utf-8")
        return (out,)
