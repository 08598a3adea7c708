"""Progress on a terminal: one line that counts."""

from __future__ import annotations

import sys
import time

import click

_WIDTH = 20


class OneLine:
    """Shows a step and how far it is, at most ten times a second; silent if nobody watches."""

    def __init__(self, subject: str) -> None:
        self._subject, self._last = subject, 0.0
        self._watched = sys.stderr.isatty()

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._watched or (now - self._last < 0.1 and done < total):
            return
        self._last = now
        of = f" of {total:,}" if total else ""
        count = f" {done:,}{of}" if done or total else ""
        click.echo(
            f"\r\033[K{_bar(done, total)}{self._subject}: {step}{count} …", nl=False, err=True
        )

    def clear(self) -> None:
        """Take the line away; what is printed next stands alone."""
        if self._watched:
            click.echo("\r\033[K", nl=False, err=True)


def _bar(done: int, total: int) -> str:
    """How far a step is; nothing where nobody knows how far it goes."""
    if not total:
        return ""
    full = round(_WIDTH * min(1.0, done / total))
    return f"{'█' * full}{'░' * (_WIDTH - full)} "
