"""The version that a write is based on, as HTTP's conditional headers name it."""

from __future__ import annotations

from flask import Response, request

from wiki.errors import ParameterInvalid
from wiki.model import Saved
from wiki.services.space import Space
from wiki.services.writing import has_base
from wiki.web.api.problems import VersionNeeded


def base_of_write(*, may_make: bool) -> str:
    """The blob that the client had read; "" where it says that nothing was there.

    Raises:
        ParameterInvalid: what it names is no version.
        VersionNeeded: it does not say, or says “any version”, which could overwrite what it has not read.
    """
    # A proxy that compresses makes every ETag weak; these name the text for good all the same.
    named = list(request.if_match.as_set(include_weak=True))
    if len(named) == 1 and not request.if_match.star_tag:
        if not has_base(named[0] or ""):
            raise ParameterInvalid("If-Match", "it is no ETag of this API. Read it anew.")
        return named[0]
    if may_make and request.if_none_match.star_tag and not named:
        return ""
    raise VersionNeeded


def as_it_is(space: Space) -> Saved:
    """What a write became that changed nothing."""
    head = space.repository.head() or ""
    return Saved(head, head)


def with_version(response: Response, oid: str) -> Response:
    """The response with the version it carries."""
    response.set_etag(oid)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response
