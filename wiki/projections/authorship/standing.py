"""Which version of a page stands where: seen from a commit, by what its ancestors made of a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from wiki.projections.authorship.versions import DELETED, Versions


class Standing(Versions):
    """The versions of a history, asked from one of its commits."""

    # Whether, of two equal texts one of which follows the other, the later is meant at a merge.
    latest_wins = True

    def with_text(self, path: int, blob: bytes) -> list[int]:
        """The versions in which a path had a text."""
        if self.stored:
            return [v for v in self.touches(path) if self._is_text(v, path, blob)]
        return self._at.get((path, blob), [])

    def find(self, path: int, blob: bytes, at: int) -> int | None:
        """The version in which a path had this text at a commit."""
        found = self.with_text(path, blob) if self.stored else self._at.get((path, blob), ())
        if len(found) < 2:
            return found[0] if found else None
        decided = self._decide(path, blob, at)
        # A merge may have taken up again what one of its parents had left behind.
        return self.latest(found, at) if decided is None else decided

    def elsewhere(self, page: int, at: int) -> int | None:
        """The version of a page that stands at a commit under whatever name."""
        for path in sorted(self.page_paths(page), key=self.paths.__getitem__):
            version = self.latest(self.touches(path), at)
            if version is None or self.path[version] != path or self.kind[version] == DELETED:
                continue
            if self.page[version] == page:
                return version
        return None

    def seen_before(self, page: int, path: int, blob: bytes, at: int) -> int | None:
        """The eldest version of a page (or path) with this text among a commit's ancestors.

        Later ones have their words from it, unless they came in by a way of their own, as a copy does
        that somebody imported: then the elder tells who wrote them.
        """
        others = self.page_paths(page) if page >= 0 else ()
        found = [v for each in {path, *others} for v in self.with_text(each, blob)]
        if not found:
            return None
        is_ancestor, commit = self.descent.is_ancestor, self.commit
        known = [version for version in found if is_ancestor(commit[version], at)]
        return min(known, key=self.rank) if known else None

    def version_at(self, commit: int, path: int) -> int | None:
        """What a commit left at a path; None if it did not change the page there."""
        return next(
            (
                version
                for version in self.touches(path)
                if self.commit[version] == commit
                and self.path[version] == path
                and self.kind[version] != DELETED
            ),
            None,
        )

    def last_at(self, path: int) -> int:
        """The highest ranking version that came to a path where one did, or left it."""
        return max(self.touches(path), key=self.rank)

    def deleted_at(self, path: int, at: int) -> int | None:
        """The last deletion of a page at a path among a commit's ancestors."""
        gone = [v for v in self.touches(path) if self.kind[v] == DELETED and self.path[v] == path]
        return self.latest(gone, at) if gone else None

    def latest(self, versions: Iterable[int], at: int) -> int | None:
        """The highest ranking of these versions among a commit's ancestors (and itself)."""
        descent, commit = self.descent, self.commit
        best = None
        for version in versions:
            if descent.is_ancestor(commit[version], at) and (
                best is None or self.rank(version) > self.rank(best)
            ):
                best = version
        return best

    def _decide(self, path: int, blob: bytes, at: int) -> int | None:
        """The version a path stands at, at a commit, where it has this text: that of the parent which
        has the text (of several, the one whose version is the eldest), and so on."""
        descent, commit = self.descent, self.commit
        touches = self.touches(path)
        # A whole pass asks about the same lines again and again, one more commit once.
        among = [commit[v] for v in touches]
        is_ancestor = descent.reach(among, at) if self.stored else descent.is_ancestor
        tops = self._tops(touches, at, is_ancestor)
        if len(tops) == 1 and self.latest_wins:
            return tops[0] if self._is_text(tops[0], path, blob) else None
        while tops:
            needed = [commit[top] for top in tops]
            at = descent.first_with(needed, at, is_ancestor)
            made = [v for v in touches if commit[v] == at]
            if made:
                return next((v for v in made if self._is_text(v, path, blob)), None)
            sides = {each: self._tops(touches, each, is_ancestor) for each in descent.above(at)}
            held = {
                each: [top for top in tops if self._is_text(top, path, blob)]
                for each, tops in sides.items()
            }
            known = [each for each in held if held[each]]
            if not known:
                return None
            # Both sides of a merge may have the text by ways of their own: who wrote it is told by
            # the elder, or a copy that came in from elsewhere would take it from its authors.
            if self.latest_wins:
                known.sort(key=lambda each: min(map(self.rank, held[each])))
            at = known[0]
            tops = sides[at]
        return None

    def _tops(
        self, touches: list[int], at: int, is_ancestor: Callable[[int, int], bool]
    ) -> list[int]:
        """Those of the versions that no other follows, among a commit's ancestors (and itself)."""
        commit = self.commit
        start = self.descent.start(at)
        tops: list[int] = []
        for version in reversed(touches):
            n = commit[version]
            if not is_ancestor(n, at):
                continue
            if n >= start:
                same = [v for v in touches if commit[v] == n]
                return same if not tops else [*tops, *same]
            if all(commit[top] == n or not is_ancestor(n, commit[top]) for top in tops):
                tops.append(version)
        return tops

    def _is_text(self, version: int, path: int, blob: bytes) -> bool:
        is_there: bool = self.path[version] == path and self.kind[version] != DELETED
        return is_there and bool(self.blob[version] == blob)
