"""Emergence in sentences."""

from __future__ import annotations

from wiki.analytics.emergence import Emergence
from wiki.analytics.figures import Figure
from wiki.services.report_sentences.wording import plural
from wiki.services.report_words import value_words


def sentences(report: Emergence) -> tuple[str, ...]:
    """What the report says."""
    if report.pages.value is None:
        return ("The links between the pages are still being read.",)
    if not report.pages.value:
        return ("There are no pages yet.",)
    return tuple(filter(None, (_woven(report), _clusters(report), _moving(report))))


def _woven(report: Emergence) -> str:
    if not report.links.value:
        return "No page links to another."
    links = value_words(report.links.value, "number")
    share = value_words(report.connected.value, "share")
    hold = "holds" if report.links.value == 1 else "hold"
    return f"{links} link{plural(report.links.value)} {hold} {share} of the pages together{_since(report.connected)}."


def _since(figure: Figure) -> str:
    """Where the share stood a window ago, if it was another."""
    if not isinstance(figure.previous, int | float):
        return ""
    before = value_words(figure.previous, "share")
    same = before == value_words(figure.value, "share")
    return ", as before this time" if same else f"; before this time it was {before}"


def _clusters(report: Emergence) -> str:
    count = report.clusters.value
    if not isinstance(count, int) or not count:
        return ""
    first = (
        f"Links and people who edit pages together form {count:,} cluster{plural(count)} of pages"
    )
    parts = []
    # From the beginning on every cluster is new, and saying so tells nothing.
    beginning = report.new_clusters.value == count and report.new_clusters.previous is None
    if isinstance(report.new_clusters.value, int) and report.new_clusters.value and not beginning:
        parts.append(f"{report.new_clusters.value:,} of them new")
    if isinstance(report.spanning.value, int) and report.spanning.value:
        parts.append(f"{report.spanning.value:,} across teams")
    return f"{first}, {', '.join(parts)}." if parts else f"{first}."


def _moving(report: Emergence) -> str:
    rising, wanted = report.rising.value, report.wanted.value
    parts = []
    if isinstance(rising, int) and rising:
        parts.append(
            f"{rising:,} page{plural(rising)} draw{'s' if rising == 1 else ''} more and more people"
        )
    if isinstance(wanted, int) and wanted:
        parts.append(
            f"{wanted:,} page{plural(wanted)} {'is' if wanted == 1 else 'are'} linked to and not written yet"
        )
    return f"{'; '.join(parts)}." if parts else ""
