"""Pages as HTML, whatever is in them: within a deadline, in a process that can be killed, once.

A text that takes too long is shown as it was written, and not tried again for a while.
"""

from __future__ import annotations

import time
from dataclasses import replace

import structlog

from wiki.config import Settings
from wiki.services.render_cache import RenderCache
from wiki.services.render_processes import (
    RenderersBusy,
    RenderFailed,
    RenderProcesses,
    RenderTimedOut,
)
from wiki.text.render import Rendered, render_source
from wiki.text.titles import page_title

PROCESSES = 2
REFUSED_SECONDS = 600.0
_MAX_REFUSED = 1000

_log = structlog.get_logger("strata.rendering")


class Renderer:
    """Renders for all threads of a process; nothing is started before the first page."""

    def __init__(self, settings: Settings) -> None:
        self._limits = settings.limits
        self._cache = RenderCache(settings.wiki.search_index / "rendered.sqlite3")
        self._processes = RenderProcesses(PROCESSES, settings.limits.render_seconds)
        self._refused: dict[str, float] = {}

    def page(self, oid: str, content: bytes, path: str) -> Rendered:
        """The page whose text is the blob ``oid``, rendered now or taken from the cache.

        ``as_source`` of the answer is set where the text is too long or too complex to render.
        """
        known = self.known(oid, path)
        if known is not None:
            return known
        text = content.decode("utf-8", "replace")
        if len(content) > self._limits.page_bytes or self._is_refused(oid):
            return render_source(text, path)
        try:
            rendered = Rendered.from_json(self._processes.run({"source": text, "path": path}))
        except RenderersBusy:
            return render_source(text, path)
        except (RenderTimedOut, RenderFailed) as reason:
            self._refuse(oid, path, reason)
            return render_source(text, path)
        self._cache.put(oid, rendered)
        return rendered

    def known(self, oid: str, path: str) -> Rendered | None:
        """The page if it was rendered before."""
        rendered = self._cache.get(oid)
        if rendered is None:
            return None
        title = page_title(path, rendered.meta, rendered.toc)
        return rendered if title == rendered.title else replace(rendered, title=title)

    def preview(self, text: str, path: str) -> Rendered:
        """Text that is still being written, rendered under the same deadline and not kept."""
        if len(text) > self._limits.page_bytes:
            return render_source(text, path)
        try:
            return Rendered.from_json(self._processes.run({"source": text, "path": path}))
        except (RenderersBusy, RenderTimedOut, RenderFailed):
            return render_source(text, path)

    def close(self) -> None:
        """End the processes and let go of the cache."""
        self._processes.close()
        self._cache.close()

    def _is_refused(self, oid: str) -> bool:
        return self._refused.get(oid, 0) > time.monotonic()

    def _refuse(self, oid: str, path: str, reason: Exception) -> None:
        _log.warning("page not rendered", path=path, oid=oid, reason=repr(reason))
        if len(self._refused) >= _MAX_REFUSED:
            self._refused.clear()
        self._refused[oid] = time.monotonic() + REFUSED_SECONDS
