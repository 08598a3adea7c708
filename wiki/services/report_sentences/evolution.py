"""Evolution in sentences."""

from __future__ import annotations

from wiki.analytics.evolution import Evolution
from wiki.analytics.figures import Hidden
from wiki.services.report_sentences.wording import count_or_none, plural, whole_days
from wiki.services.report_words import value_words


def sentences(report: Evolution) -> tuple[str, ...]:
    """What the report says."""
    new, deleted = report.new_pages.value or 0, report.deleted_pages.value or 0
    restored = report.restored_pages.value
    pages = value_words(report.pages.value, "pages")
    one = pages == "1"
    first = f"There {'is' if one else 'are'} {pages} page{'' if one else 's'}: {count_or_none(new)} new, {f'{restored:,} restored, ' if restored else ''}{count_or_none(deleted)} deleted in this time."
    if not report.pages.value:
        return (first,)
    shared = value_words(report.shared.value, "share")
    return (
        first,
        _touched(report),
        f"{shared} of the pages were edited by two or more people.",
        f"Half of the pages were edited within the last {whole_days(report.median_age.value)}; {_stale(report)}.",
    )


def _stale(report: Evolution) -> str:
    share = report.stale.value
    if share in {0, 1}:
        return f"{'none' if share else 'all'} of them within a year"
    return f"{value_words(share, 'share')} were not for a year"


def _touched(report: Evolution) -> str:
    if not report.edits.value:
        return "Nobody edited any of them."
    if isinstance(report.edits.value, Hidden):
        return "Too few people edited them to tell how much."
    edits, pages = report.edits.value, report.pages_edited.value
    return f"{value_words(edits, 'edits')} edit{plural(edits)} touched {value_words(pages, 'pages')} page{plural(pages)}."
