"""Render the page of all areas: the form, the first rows, the list for readers without scripts, the map."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from vsrbook.maps import Shapes, draw_links
from vsrbook.maps.drawing import link_area
from vsrbook.publishing.areas.entries import PAGE, AreasIndex, IndexArea, say_count, say_map
from vsrbook.sdg.goals import GOALS
from vsrbook.text import gettext as _
from vsrbook.text import number


def render_controls(index: AreasIndex) -> list[Markup]:
    """Render the form; it is disabled until the script can answer it."""
    every = [("", _("All"))]
    goals = sorted({one.goal for one in index.indicators})
    choices = (
        ("parent", _("Part of"), [(word, word) for word in index.parents]),
        ("size", _("Size"), [(word, word) for word in index.sizes]),
        ("goal", _("Goal"), [(str(goal), _name_goal(goal)) for goal in goals]),
    )
    order = [("up", _("Rising, A to Z")), ("down", _("Falling, Z to A"))]
    query = Markup('<label><span>{}</span><input type="search" name="query" autocomplete="off"></label>')
    return [
        Markup('<form class="vsr-areas-find" role="search" aria-label="{}" autocomplete="off">').format(
            _("Find {areas}").format(areas=index.level_words)
        ),
        Markup("<fieldset disabled>"),
        query.format(_("Name or code")),
        *(_render_choice(key, says, every + some) for key, says, some in choices if some),
        _render_sorting(index, goals),
        _render_choice("order", _("Order"), order),
        Markup("</fieldset>"),
        Markup("</form>"),
    ]


def _name_goal(goal: int) -> str:
    return GOALS[goal].title if goal in GOALS else _("No goal")


def _render_choice(key: str, says: str, options: Iterable[tuple[str, str]]) -> Markup:
    return Markup('<label><span>{}</span><select name="{}">{}</select></label>').format(
        says, key, _render_options(options)
    )


def _render_options(options: Iterable[tuple[str, str]]) -> Markup:
    return Markup("").join(Markup('<option value="{}">{}</option>').format(*option) for option in options)


def _render_sorting(index: AreasIndex, goals: Iterable[int]) -> Markup:
    """Render what the areas can be sorted by: name, inhabitants, the indicators goal by goal."""
    first = [("name", _("Name")), *([("population", _("Inhabitants"))] if index.has_population else [])]
    groups = [
        Markup('<optgroup label="{}" data-goal="{}">{}</optgroup>').format(
            _name_goal(goal),
            goal,
            _render_options(
                (str(n), one.title) for n, one in enumerate(index.indicators) if one.goal == goal
            ),
        )
        for goal in goals
    ]
    return Markup('<label class="vsr-areas-by"><span>{}</span><select name="by">{}</select></label>').format(
        _("Sort by"), _render_options(first) + Markup("").join(groups)
    )


def render_table(index: AreasIndex) -> list[Markup]:
    """Render the first rows as areas.js renders all of them: what is there does not move when it starts."""
    total = len(index.areas)
    caption = _("{areas} in {place}").format(areas=index.level_words, place=index.place)
    heads = [(_("Name"), ""), *([(_("Part of"), "")] if index.parents else [])]
    heads += [(_("Inhabitants"), "vsr-number")] if index.has_population else []
    heads += [(_("Size"), "")] if index.sizes else []
    cells = Markup("").join(Markup('<th scope="col" class="{1}">{0}</th>').format(*head) for head in heads)
    more = _("Show {count} more").format(count=number(min(PAGE, total - PAGE)))
    hidden = Markup(" hidden") if total <= PAGE else ""
    jump = Markup('<p class="vsr-areas-jump"><a href="#vsr-areas-map">{}</a></p>').format(_("To the map"))
    return [
        Markup('<p class="vsr-areas-count" role="status" aria-live="polite">{}</p>').format(say_count(index)),
        *([jump] if index.shapes and index.shapes.paths else []),
        Markup('<div class="vsr-scroll" role="region" tabindex="0" aria-label="{0}">').format(caption),
        Markup('<table class="vsr-table"><caption class="visually-hidden">{}</caption>').format(caption),
        Markup("<thead><tr>{}</tr></thead><tbody>").format(cells),
        *(_render_row(index, area) for area in index.areas[:PAGE]),
        Markup("</tbody></table></div>"),
        Markup('<button type="button" class="vsr-areas-more" disabled{}>{}</button>').format(hidden, more),
        Markup('<p class="vsr-areas-direction" hidden></p>'),
        Markup('<p class="vsr-note">{}</p>').format(
            _(
                "A value says where it is high or low, not why. Areas differ in size, wealth and task: "
                "a page of an area compares it with its peers."
            )
        ),
    ]


def _render_row(index: AreasIndex, area: IndexArea) -> Markup:
    level = Markup(" <small>{}</small>").format(area.level) if index.levels else ""
    size = _("no value") if area.population is None else number(area.population)
    cells = [Markup("<td>{}</td>").format(area.parent)] if index.parents else []
    cells += [Markup('<td class="vsr-number">{}</td>').format(size)] if index.has_population else []
    cells += [Markup("<td>{}</td>").format(area.size_class)] if index.sizes else []
    return Markup('<tr><th scope="row"><a href="{}">{}</a>{}</th>{}</tr>').format(
        link_area(area.code), area.name, level, Markup("").join(cells)
    )


def render_list(index: AreasIndex) -> list[Markup]:
    """Render every link for readers without scripts."""
    items = (
        Markup('<li><a href="{}">{}</a></li>').format(link_area(area.code), area.name) for area in index.areas
    )
    says = _("Searching and sorting need JavaScript. These are all {areas}:").format(areas=index.level_words)
    return [
        Markup("<noscript><p>{}</p>").format(says),
        Markup('<ul class="vsr-areas-all">{}</ul></noscript>').format(Markup("").join(items)),
    ]


def render_map(index: AreasIndex, shapes: Shapes, *, is_inline: bool) -> list[Markup]:
    """Render the map, or the place that is kept for it."""
    named = [(area.code, area.name) for area in index.areas]
    shown = {area.level for area in index.areas if area.code in shapes.paths}
    lacking = [area.name for area in index.areas if area.level in shown and area.code not in shapes.paths]
    absent = _("Not on the map: {names}").format(
        names=", ".join(lacking[:20]) + (" …" if lacking[20:] else "")
    )
    ground = Markup('<rect class="vsr-ground" width="{0}" height="{0}"/>')
    return [
        Markup('<figure class="vsr-areas-map" id="vsr-areas-map" aria-label="{}">').format(say_map(index)),
        Markup('<div class="vsr-areas-canvas" style="aspect-ratio: {:g} / {:g}">').format(shapes.width, shapes.height),
        Markup('<svg viewBox="{}" role="group" aria-label="{}"><defs>').format(shapes.view_box, say_map(index)),
        Markup('<pattern id="vsr-hatched" width="9" height="9" patternUnits="userSpaceOnUse" '
               'patternTransform="rotate(45)">{}<path d="M0 0v9"/></pattern>').format(ground.format(9)),
        Markup('<pattern id="vsr-dotted" width="8" height="8" patternUnits="userSpaceOnUse">'
               '{}<circle cx="4" cy="4" r="1.8"/></pattern></defs>').format(ground.format(8)),
        Markup('<g class="vsr-areas-shapes">'),
        *([draw_links(shapes, named)] if is_inline and shapes.paths else []),
        Markup('</g><path class="vsr-areas-here"/></svg></div>'),
        Markup('<p class="vsr-areas-readout" aria-hidden="true"></p>'),
        Markup('<figcaption class="vsr-areas-legend"></figcaption>'),
        *([Markup('<p class="vsr-note">{}</p>').format(absent)] if lacking else []),
        *([Markup('<p class="vsr-source">{}</p>').format(index.source)] if index.source else []),
        Markup("</figure>"),
    ]  # fmt: skip
