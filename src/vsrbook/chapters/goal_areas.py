"""Chapter 4, the page of one goal: how the areas differ."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from vsrbook.chapters.common import capital, cite_all, level_name, name_end, short, status_note
from vsrbook.chapters.goal import GoalEvidence
from vsrbook.figures import Block, Figure, charts
from vsrbook.figures import blocks as b
from vsrbook.methods.disparity import disparity_table as measure_disparity
from vsrbook.methods.selection import totals
from vsrbook.review import Review, is_share, row_ids
from vsrbook.text import gettext as _
from vsrbook.text import number

LEAST = 5  # areas with a value that a measure of inequality needs
FEW = 3  # areas named at either end of a ranking
ROWS = 80  # areas that one ranking draws; of more, those at both ends
MANY = 200  # areas that have a stroke each in the spread; of more, every twentieth part


def spread_figures(evidence: GoalEvidence) -> list[Figure] | None:
    """Show all shares of the goal in one figure: a stroke per area, a diamond for the whole."""
    table = evidence.compared
    shares = evidence.indicators[is_share(evidence.indicators["unit"])]
    table = table[table["indicator_code"].isin(shares["indicator_code"])]
    if table["indicator_code"].nunique() < 2:
        return None
    names = shares.set_index("indicator_code")["name"]
    whole = _whole_marks(evidence, table)
    frame = pd.concat([table.assign(whole=False), whole]).assign(
        indicator=lambda t: t["indicator_code"].map(names)
    )
    frame = frame.sort_values(
        "indicator_code", key=lambda codes: codes.map(list(names.index).index), kind="stable"
    )
    spans = table.groupby("indicator_code")["value"].agg(["min", "max"])
    spans = spans.loc[[code for code in names.index if code in spans.index]]
    lines = [f"{names[code]}: {number(low)}–{number(high)}" for code, low, high in spans.itertuples()]
    widest = str((spans["max"] - spans["min"]).idxmax())
    title = _("Widest between {level}: {indicator}, {low} to {high}").format(
        level=level_name(str(evidence.review.association.area_level), 2),
        indicator=names[widest],
        low=short(float(spans["min"].loc[widest]), "%"),
        high=short(float(spans["max"].loc[widest]), "%"),
    )
    units = "; ".join(dict.fromkeys(shares["unit"]))
    return [
        Figure(
            id=evidence.figure_id("spread"),
            title=title,
            chart=charts.spread(_thin_out(frame), unit="%", colour=evidence.goal.mark_colour),
            table=_area_table(frame, names) if _fits(table) else _percentile_table(table, names),
            alt=_("Strokes for the {level}, lowest to highest: {list}.").format(
                level=level_name(str(evidence.review.association.area_level), 2), list="; ".join(lines)
            ),
            source=cite_all(evidence.review, table["source_id"]),
            rows=row_ids("observations", frame),
            note=_spread_note(evidence, units, table),
        )
    ]


def disparity_table(evidence: GoalEvidence) -> list[Block] | None:
    """Say per indicator how unequal the compared areas are, by the usual measures, in its latest year."""
    areas = evidence.review.compared_areas
    rows = evidence.compared
    if rows.empty or len(areas) < LEAST:
        return None
    weighted = areas["population"].notna().any()
    table = measure_disparity(rows, areas, minimum=LEAST)
    names = evidence.indicators.set_index("indicator_code")["name"]
    table = table[table["gini"].notna()].assign(
        order=lambda t: t["indicator_code"].map({code: i for i, code in enumerate(names.index)})
    )
    lines: list[dict[str, b.Cell]] = [
        {
            _("Indicator"): str(names[row["indicator_code"]]),
            _("Range"): float(row["range"]),
            _("Highest ÷ lowest"): _known(row["ratio"]),
            _("Variation"): _known(row["cv"]),
            _("Gini"): _known(row["gini"]),
            _("Gini, by inhabitants"): _known(row["weighted_gini"]) if weighted else None,
            _("Theil, between larger areas (%)"): _share(row["theil_between"], row["theil"])
            if row["parents"] > 1
            else None,
            _("Year"): str(row["year"]),
            capital(level_name(str(evidence.review.association.area_level), 2)): int(row["n"]),
        }
        for row in table.sort_values("order").to_dict("records")
    ]
    block = b.data_table(lines, _("How unequal the areas are"), row_ids("observations", rows))
    words = _(
        "Variation is the coefficient of variation. 0 is equal; the Gini coefficient cannot exceed 1. Each area "
        "counts once, whatever its size, unless it says otherwise. Shares close to 0 or to 100 % make ratios large "
        "and coefficients small: read them beside the range. Fewer than {n} areas are not measured."
    )
    return None if block is None else [block, b.notice(words.format(n=LEAST))]


def _known(measure: float) -> float | None:
    return None if pd.isna(measure) else round(float(measure), 3)


def _share(part: float, whole: float) -> float | None:
    return None if pd.isna(part) or pd.isna(whole) or whole == 0 else round(100 * float(part / whole))


def _fits(table: pd.DataFrame) -> bool:
    return bool(table["area_code"].nunique() <= MANY)


def _spread_note(evidence: GoalEvidence, units: str, table: pd.DataFrame) -> str:
    words = _("Diamond: {place} as a whole. Units: {units}.").format(place=evidence.review.place, units=units)
    if _fits(table):
        return words
    more = _(
        "The {n} areas are too many for a stroke each: a stroke stands for every twentieth part of them."
    )
    return f"{words} {more.format(n=number(table['area_code'].nunique()))}"


def _thin_out(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace the strokes of very many areas by their percentiles, so that a page stays small."""
    areas = frame[~frame["whole"]]
    if _fits(areas):
        return frame
    thin = _percentiles(areas).assign(whole=False)
    thin["says"] = [
        _("{share} % of the areas have {value} or less").format(share=round(100 * share), value=number(value))
        for share, value in zip(thin["share"], thin["value"], strict=True)
    ]
    return pd.concat([thin, frame[frame["whole"]]])


def _percentiles(areas: pd.DataFrame) -> pd.DataFrame:
    """Return share (0, 0.05 … 1) and value for each indicator."""
    keys = areas.groupby(["indicator_code", "indicator"], sort=False)["value"]
    table = keys.quantile(np.linspace(0, 1, 21))
    return table.rename_axis(["indicator_code", "indicator", "share"]).reset_index()


def _percentile_table(table: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    shares = _percentiles(table.assign(indicator=table["indicator_code"].map(names)))
    shares["share"] = [f"{round(100 * share)} %" for share in shares["share"]]
    pivot = shares.pivot_table(index="share", columns="indicator", values="value", sort=False)
    return pivot.rename_axis(_("Share of areas at or below")).rename_axis(None, axis=1).reset_index()


def _whole_marks(evidence: GoalEvidence, table: pd.DataFrame) -> pd.DataFrame:
    """Return the whole territory's value of each indicator, in the year of the areas' values."""
    years = table.groupby("indicator_code")["year"].max()
    rows = totals(evidence.whole)
    rows = rows[rows["year"] == rows["indicator_code"].map(years)]
    place = evidence.review.place
    return rows.assign(
        name=place,
        whole=True,
        says=[
            f"{place}: {number(value)} ({year})"
            for value, year in zip(rows["value"], rows["year"], strict=True)
        ],
    )


def _area_table(frame: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Return areas in rows and indicators in columns, for the table behind a figure."""
    table = frame.pivot_table(index="name", columns="indicator_code", values="value", aggfunc="first")
    table = table[[code for code in names.index if code in table.columns]]
    return table.rename(columns=dict(names)).rename_axis(_("Area")).rename_axis(None, axis=1).reset_index()


def ranking_blocks(evidence: GoalEvidence) -> list[object] | None:
    """Show each indicator for all areas of one level: a ranking in one figure, its ends with their context."""
    blocks: list[object] = []
    for level, areas in _levels(evidence.review):
        table = evidence.level(areas)
        for code in evidence.indicators["indicator_code"]:
            rows = table[table["indicator_code"] == code]
            if len(rows) > FEW:
                indicator = evidence.of(code)
                words = _("{indicator}, by {level}").format(
                    indicator=indicator["name"], level=level_name(level, 1)
                )
                blocks.append(b.heading(words, evidence.figure_id(code, level, "heading")))
                blocks += [
                    _ranking_figure(evidence, indicator, rows, level),
                    _ends(evidence, indicator, rows),
                ]
    return blocks or None


def _levels(review: Review) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each level below the whole, from the largest areas to the smallest."""
    areas = review.tables["areas"]
    below = areas[areas["parent_code"] != ""]
    for level, rows in sorted(below.groupby("level"), key=lambda pair: len(pair[1])):
        yield str(level), rows


def _ranking_figure(evidence: GoalEvidence, indicator: pd.Series, rows: pd.DataFrame, level: str) -> Figure:
    ordered = rows.sort_values(["value", "name"])
    low, high = ordered.iloc[0], ordered.iloc[-1]
    shown = ordered if len(ordered) <= ROWS else pd.concat([ordered.head(ROWS // 2), ordered.tail(ROWS // 2)])
    unit, code = indicator["unit"], indicator["indicator_code"]
    whole = evidence.whole_in(code, int(high["year"]))
    place = evidence.review.place
    title = _("From {low} in {low_area} to {high} in {high_area} ({year})").format(
        low=short(low["value"], unit),
        low_area=name_end(ordered, lowest=True),
        high=short(high["value"], unit),
        high_area=name_end(ordered, lowest=False),
        year=high["year"],
    )
    if low["value"] == high["value"]:
        title = _("The same everywhere: {value} ({year})").format(
            value=short(low["value"], unit), year=low["year"]
        )
    alt = _("{indicator}, {unit}. {n} {level} from highest to lowest: {list}.").format(
        indicator=indicator["name"],
        unit=unit,
        n=len(rows),
        level=level_name(level, len(rows)),
        list=_ends_words(ordered),
    )
    if whole is not None:
        alt += " " + _("{place} as a whole: {value}.").format(place=place, value=number(whole))
    table = ordered[::-1][["name", "value"]].assign(year=ordered["year"].astype(int).astype(str))
    if len(table) > 2 * MANY:
        table = table.loc[shown.index[::-1]]
    return Figure(
        id=evidence.figure_id(code, level),
        title=title,
        chart=charts.ranking(
            shown, unit=unit, colour=evidence.goal.mark_colour, reference=whole, reference_name=place
        ),
        table=table.rename(columns={"name": _("Area"), "value": capital(unit), "year": _("Year")}),
        alt=alt,
        source=cite_all(evidence.review, rows["source_id"]),
        rows=row_ids("observations", rows),
        note=_ranking_note(evidence, indicator, whole, ordered),
    )


def _ranking_note(
    evidence: GoalEvidence, indicator: pd.Series, whole: float | None, ordered: pd.DataFrame
) -> str:
    parts, areas = [indicator["definition"], status_note(ordered)], len(ordered)
    if areas > ROWS:
        words = _("Of {n} areas the {half} lowest and the {half} highest are drawn.")
        parts.append(words.format(n=number(areas), half=ROWS // 2))
    if whole is not None:
        parts.append(
            _("Dashed line: {place} as a whole, {value}.").format(
                place=evidence.review.place, value=number(whole)
            )
        )
    return " ".join(part for part in parts if part)


def _ends_words(ordered: pd.DataFrame) -> str:
    """Name the areas at both ends, or all of them where they are few."""
    pairs = [f"{name} {number(v)}" for name, v in zip(ordered["name"], ordered["value"], strict=True)][::-1]
    if len(pairs) <= 2 * FEW:
        return ", ".join(pairs)
    return ", ".join(pairs[:FEW]) + " … " + ", ".join(pairs[-FEW:])


def _ends(evidence: GoalEvidence, indicator: pd.Series, rows: pd.DataFrame) -> Block | None:
    """List the areas at both ends with what must be known to compare them fairly."""
    areas = evidence.review.tables["areas"].set_index("area_code")
    if len(rows) <= 2 * FEW or areas["population"].isna().all():
        return None
    ordered = rows.sort_values(["value", "name"], ascending=[False, True])
    chosen = pd.concat([ordered.head(FEW), ordered.tail(FEW)])
    context = areas.loc[chosen["area_code"]]
    frame = pd.DataFrame(
        {
            _("Area"): chosen["name"].to_numpy(),
            capital(indicator["unit"]): chosen["value"].to_numpy(),
            _("Inhabitants"): context["population"].to_numpy(),
            _("Inhabitants per km²"): (context["population"] / context["land_area_km2"]).round().to_numpy(),
        }
    )
    caption = _("{indicator}: the {few} highest and the {few} lowest, with their size").format(
        indicator=indicator["name"], few=FEW
    )
    return b.data_table(frame, caption, row_ids("observations", chosen))
