"""What each path is worth, as a chart: bars of real income by path for both sides, with intervals.

Grey and white with black edges, so that it can be read in black and white. Needs Altair and vl-convert
(the extra `charts`); nothing is fetched, fonts are those of the machine.
"""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import Any

import altair as alt
import vl_convert

from detente.report.stakes_answer import Stakes
from detente.report.stakes_tables import refuse
from detente.report.stakes_text import condition, shown, title
from detente.time import say_day

_ENDINGS = (".svg", ".png")
_FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
_BAND, _HEIGHT = 180, 300
_FILLS = ("#8c8c8c", "#ffffff")
_SCALE = 2.0
_LABEL, _LINES = 26, 4


def check(path: Path) -> None:
    """Refuse a file that cannot be written, before the work. Raises ValueError."""
    if path.suffix.lower() not in _ENDINGS:
        raise ValueError(f"{path.name}: charts end in {' or '.join(_ENDINGS)}")
    refuse(path)


def write(found: Stakes, path: Path) -> None:
    """Write the chart, whole or not at all.

    Raises:
        ValueError: an ending that is not known, or a folder that does not exist.
        OSError: a file that cannot be written.
    """
    check(path)
    spec = chart(found)
    version = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    nowhere: dict[str, Any] = {"vl_version": version, "allowed_base_urls": []}
    if path.suffix.lower() == ".svg":
        image = _described(vl_convert.vegalite_to_svg(spec, **nowhere), found).encode()
    else:
        image = vl_convert.vegalite_to_png(spec, scale=_SCALE, **nowhere)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(image)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def chart(found: Stakes) -> dict[str, Any]:
    """The chart in the grammar of Vega-Lite."""
    data = alt.InlineData(values=bars(found))
    names = list(found.countries)
    order = list(dict.fromkeys(bar["path"] for bar in bars(found)))
    axis = alt.Axis(
        labelAngle=0, labelExpr="split(datum.label, '|')", labelLimit=_BAND, ticks=False
    )
    x = alt.X("path:N", sort=order, title=None, axis=axis)
    offset = alt.XOffset("side:N", sort=names)
    base = alt.Chart(data).encode(x=x, xOffset=offset)
    y = alt.Y("percent:Q", title="percent", axis=alt.Axis(grid=True, gridColor="#dddddd"))
    fill = alt.Scale(domain=names, range=list(_FILLS))
    legend = alt.Legend(title=None, orient="top", symbolStrokeColor="black", symbolType="square")
    layers = [
        base.mark_bar(stroke="black", strokeWidth=1).encode(
            y=y, fill=alt.Fill("side:N", scale=fill, legend=legend, sort=names)
        ),
        alt.Chart(data).mark_rule(color="black").encode(y=alt.datum(0)),
    ]
    if any("low" in bar for bar in bars(found)):
        layers.append(base.mark_rule(color="black", strokeWidth=1.5).encode(y="low:Q", y2="high:Q"))
        for end in ("low", "high"):
            layers.append(
                base.mark_tick(color="black", thickness=1.5, size=12, orient="horizontal").encode(
                    y=f"{end}:Q"
                )
            )
    for test, shift in (("datum.end >= 0", -9), ("datum.end < 0", 10)):
        layers.append(
            base.transform_filter(test)
            .mark_text(dy=shift, fontSize=12)
            .encode(y="end:Q", text="label:N")
        )
    width = _BAND * max(2, len(order))
    inner = alt.layer(*layers).properties(width=width, height=_HEIGHT)
    head = alt.TitleParams(
        title(found),
        subtitle=_subtitle(found),
        anchor="start",
        fontSize=16,
        subtitleFontSize=12,
        offset=12,
    )
    foot = alt.TitleParams(
        source(found), orient="bottom", anchor="start", fontSize=10, fontWeight="normal", offset=10
    )
    whole = alt.vconcat(inner.properties(title=foot)).properties(
        title=head, description=description(found), padding=14, background="white"
    )
    whole = whole.configure(font=_FONT).configure_view(stroke=None)
    spec: dict[str, Any] = whole.configure_axis(labelFontSize=12, titleFontSize=12).to_dict()
    return spec


def bars(found: Stakes) -> list[dict[str, Any]]:
    """What is drawn: percent by path and side; `end` is where the label goes."""
    told = []
    for path in found.paths:
        name = "|".join(wrap(condition(path).replace("|", "/"), _LABEL)[:_LINES])
        for income, side in zip(path.income, found.countries, strict=False):
            figure = income.percent
            bar: dict[str, Any] = {
                "path": name,
                "side": side,
                "percent": figure.value,
                "label": f"{figure.value:+.2f}".replace("-", "−"),
                "end": figure.value,
            }
            if figure.low is not None and figure.high is not None:
                bar |= {"low": figure.low, "high": figure.high}
                ends = (figure.value, figure.low, figure.high)
                bar["end"] = max(ends) if figure.value >= 0 else min(ends)
            told.append(bar)
    return told


def _subtitle(found: Stakes) -> list[str]:
    lines = [f"Real income, change in percent from the law of {say_day(found.on)}"]
    if found.draws:
        lines.append(
            f"Lines: 5th to 95th percentile of {found.draws.count:,} draws over published trade elasticities"
        )
    return lines


def source(found: Stakes) -> list[str]:
    """The source lines."""
    basis = found.basis
    year = f", accounts of {basis.year}" if basis.year else ""
    return [
        f"Source: detente, record as known on {say_day(found.known)}; economy {shown(basis.name)}{year}; "
        f"elasticities {shown(basis.elasticities)}.",
        "Long-run equilibria of a trade model, not forecasts.",
    ]


def description(found: Stakes) -> str:
    """The chart in words, for who cannot see it."""
    told = [f"{title(found)}. {'. '.join(_subtitle(found))}."]
    for path in found.paths:
        parts = []
        for income, side in zip(path.income, found.countries, strict=False):
            figure = income.percent
            span = ""
            if figure.low is not None and figure.high is not None:
                span = f" ({figure.low:+.2f} to {figure.high:+.2f})"
            parts.append(f"{side} {figure.value:+.2f} percent{span}")
        told.append(f"{condition(path)}: {', '.join(parts)}.")
    return " ".join([*told, *source(found)])


def _described(svg: str, found: Stakes) -> str:
    """The SVG with a title and a description that screen readers tell."""
    at = svg.index(">", svg.index("<svg"))
    head = f'<title id="title">{escape(title(found))}</title><desc id="desc">{escape(description(found))}</desc>'
    return f'{svg[:at]} role="img" aria-labelledby="title desc">{head}{svg[at + 1 :]}'
