"""Proposals through the API: what whoever may read may ask of those who may edit."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from wiki.errors import NothingToSave, ParameterInvalid
from wiki.services import proposal_decisions, proposals, proposing
from wiki.services.comparing import FileDiff
from wiki.services.history import FileChanged
from wiki.services.proposal_decisions import Decision
from wiki.services.proposals import MOST_LISTED, ProposalView
from wiki.services.writing import has_base
from wiki.web import addresses
from wiki.web.api.history import rows_of
from wiki.web.api.problems import collision_json
from wiki.web.api.proposal_values import (
    Collision,
    Declined,
    NewProposal,
    Proposal,
    ProposalInFull,
    Proposals,
    Proposed,
    ProposedChange,
    ProposedFile,
    Settlement,
    TakeIn,
)
from wiki.web.api.routes import Answer, Routes, Value
from wiki.web.api.texts import moment, text
from wiki.web.api.values import Cursor, Written
from wiki.web.api.versions import as_it_is, base_of_write, with_version
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

routes = Routes("proposals")

_CHOICES: dict[str, Literal["ours", "theirs", "edit"]] = {
    "space": "ours",
    "proposal": "theirs",
    "text": "edit",
}


class Listing(Value):
    after: Cursor = 0
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED, description="How many at most.")] = 100


@routes.add(
    "GET", "/spaces/<space>/proposals", {200: Answer("Newest first.", Proposals)}, query=Listing
)
def list_proposals(space: str, query: Listing) -> Proposals:
    """The proposals that wait."""
    found = proposals.proposals(
        current_wiki(), current_viewer(), space, after=query.after, limit=query.limit + 1
    )
    shown = found[: query.limit]
    more = query.after + query.limit if len(found) > query.limit else None
    return Proposals(proposals=[_told(space, each) for each in shown], next=more)


@routes.add(
    "GET",
    "/spaces/<space>/proposals/<path:name>",
    {200: Answer("The proposal; its tip is also the ETag.", ProposalInFull)},
)
def get_proposal(space: str, name: str) -> Response:
    """One proposal with what it would change, and whether it fits."""
    name = addresses.exact_path(name)
    view = proposals.proposal(current_wiki(), current_viewer(), space, name)
    diffs = [_file(each) for each in view.diffs]
    told = ProposalInFull(
        **_told(space, view.proposal).model_dump(),
        state=_state(view),
        obstacle=view.obstacle,
        mine=view.own,
        changes=[
            ProposedChange(
                commit=each.oid,
                author=each.author.name,
                at=moment(each.author_time),
                summary=text(each.message.strip().partition("\n")[0]),
            )
            for each in view.commits
        ],
        files=diffs + [_changed(each) for each in view.others],
        total=view.total,
        collisions=[Collision.model_validate(collision_json(each)) for each in view.collisions],
    )
    response = Response(told.model_dump_json(), content_type="application/json")
    return with_version(response, view.proposal.tip)


@routes.add(
    "POST", "/spaces/<space>/proposals", {201: Answer("Proposed.", Proposed)}, body=NewProposal
)
def create_proposal(space: str, body: NewProposal) -> tuple[Proposed, int]:
    """Propose new texts of pages."""
    names = [page.name for page in body.pages]
    if len(set(names)) < len(names):
        raise ParameterInvalid("pages", "name each page once.")
    if any(page.version and not has_base(page.version) for page in body.pages):
        raise ParameterInvalid("version", "it is no version that reading gave. Read the page anew.")
    texts = [(page.name, page.text, page.version) for page in body.pages]
    name, saved = proposing.propose_pages(
        current_wiki(), current_viewer(), space, texts, body.summary
    )
    web = addresses.tool_address(space, "proposals", name)
    return Proposed(proposal=name, commit=saved.commit, web=web), 201


@routes.add(
    "POST",
    "/spaces/<space>/proposals/<path:name>",
    {200: Answer("Taken in, or all of it was in the space already; it is closed.", Written)},
    body=TakeIn,
)
def take_in_proposal(space: str, name: str, body: TakeIn) -> Written:
    """Take a proposal in; what it collides with must be settled."""
    name = addresses.exact_path(name)
    wiki, viewer = current_wiki(), current_viewer()
    decisions = tuple(_decision(each) for each in body.settled)
    try:
        saved = proposal_decisions.take_in(wiki, viewer, space, name, body.tip, decisions)
    except NothingToSave:
        saved = as_it_is(wiki.space(viewer, space))
    return Written(commit=saved.commit, version=None, merged=bool(saved.merged))


@routes.add(
    "DELETE",
    "/spaces/<space>/proposals/<path:name>",
    {200: Answer("Declined; its commits are kept, out of sight.", Declined)},
    conditional="change",
)
def decline_proposal(space: str, name: str) -> Declined:
    """Decline a proposal, or withdraw one's own."""
    tip = base_of_write(may_make=False)
    name = addresses.exact_path(name)
    proposal_decisions.decline(current_wiki(), current_viewer(), space, name, tip)
    return Declined(proposal=text(name), tip=tip)


def _told(space: str, found: proposals.Proposal) -> Proposal:
    return Proposal(
        name=text(found.name),
        title=text(found.title),
        authors=list(found.authors),
        at=moment(found.at),
        tip=found.tip,
        commits=found.commits,
        web=addresses.tool_address(space, "proposals", found.name),
    )


def _state(view: ProposalView) -> Literal["fits", "collides", "nothing", "apart"]:
    if view.obstacle:
        return "apart"
    if view.collisions:
        return "collides"
    return "nothing" if view.done else "fits"


def _file(found: FileDiff) -> ProposedFile:
    return _changed(found.file).model_copy(
        update={
            "note": found.note,
            "added": found.diff.added if found.diff else None,
            "removed": found.diff.removed if found.diff else None,
            "hunks": [rows_of(rows) for rows in found.diff.hunks] if found.diff else [],
        }
    )


def _changed(file: FileChanged) -> ProposedFile:
    return ProposedFile(
        path=text(file.path),
        effect=file.effect,
        renamed_from=text(file.renamed_from),
        added=None,
        removed=None,
        note="",
        hunks=[],
    )


def _decision(given: Settlement) -> Decision:
    return Decision(given.path, given.version, _CHOICES[given.choice], given.text)
