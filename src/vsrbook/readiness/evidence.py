"""Count the evidence of a review: needs met, statements, impacts that few statements tell of, the survey."""

from __future__ import annotations

from collections.abc import Sequence

from vsrbook.params import Survey
from vsrbook.problems import count_noun
from vsrbook.readiness.model import ChapterReadiness, Facet, rate_share
from vsrbook.review import Review
from vsrbook.text import number


def assess_evidence(review: Review, chapters: Sequence[ChapterReadiness]) -> Facet:
    """Count the needs that are met of those of the chapters wanted, and the rows they rest on."""
    wanted = [chapter.status for chapter in chapters if chapter.status.wanted]
    have = sum(len(status.have) for status in wanted)
    of = have + sum(len(status.missing) for status in wanted)
    counts = {
        "statements": len(review.tables["evidence"]),
        "testimonies": len(review.tables["testimonies"]),
        "practices": len(review.tables["practices"]),
        "milestones": len(review.tables["milestones"]),
    }
    none, one = thin_impacts(review)
    words = f"{number(have)} of {number(of)} needs of {count_noun(len(wanted), 'chapter')} are met."
    rows = ", ".join(f"{noun} {number(count)}" for noun, count in counts.items())
    details = [f"Rows in the tables: {rows}."]
    if none:
        details.append(f"Impacts without a statement ({len(none)}): {'; '.join(none)}.")
    if one:
        details.append(f"Impacts with a single statement ({len(one)}): {'; '.join(one)}.")
    figures = {**counts, "impacts_without_statement": none, "impacts_with_one_statement": one}
    where = f"data/{review.slug}/"
    return Facet(
        "evidence", "Evidence", rate_share(have, of), have, of, words, where, tuple(details), figures
    )


def thin_impacts(review: Review) -> tuple[list[str], list[str]]:
    """Name the impacts without a statement, and those with a single one: their evidence is thin."""
    counts = review.tables["evidence"]["impact_id"].value_counts()
    impacts = review.reference.tables["impacts"]
    told = impacts["impact_id"].map(counts).fillna(0)
    return impacts.loc[told == 0, "name"].tolist(), impacts.loc[told == 1, "name"].tolist()


def assess_survey(review: Review) -> Facet:
    """Say how many members answered of those asked; whether that is enough is left to the reader."""
    survey = review.association.survey
    if survey is None:
        return Facet(
            "survey",
            "Survey of the members",
            "missing",
            None,
            None,
            "No survey is in the params: nothing is known of how many members were asked and answered.",
            f"params/{review.slug}.yml, survey",
        )
    return _rate(survey, review.slug)


def _rate(survey: Survey, slug: str) -> Facet:
    rate = 100 * survey.answered / survey.invited
    members = count_noun(survey.invited, "member")
    words = f"{number(survey.answered)} of {members} answered: {number(rate, 1)} %."
    silent = survey.invited - survey.answered
    left = (
        f"Which {number(silent)} did not answer is not in the params: whether small or remote "
        "members, or one part of the country, are missing cannot be said from this figure."
    )
    return Facet(
        "survey",
        "Survey of the members",
        rate_share(survey.answered, survey.invited),
        survey.answered,
        survey.invited,
        words,
        f"params/{slug}.yml, survey",
        (left,) if silent else (),
        {"rate": round(rate, 1), "strata_known": not silent},
    )
