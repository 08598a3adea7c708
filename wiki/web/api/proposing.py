"""Proposals through the API: what whoever may read may ask of those who may edit."""

from __future__ import annotations

from wiki.errors import ParameterInvalid
from wiki.services import proposals
from wiki.services.writing import has_base
from wiki.web import addresses
from wiki.web.api.routes import Answer, Routes
from wiki.web.api.texts import moment, text
from wiki.web.api.values import NewProposal, Proposal, Proposals, Proposed, TakeIn, Written
from wiki.web.context import current_wiki
from wiki.web.viewer import current_viewer

routes = Routes("proposals")


@routes.add("GET", "/spaces/<space>/proposals", {200: Answer("Newest first.", Proposals)})
def list_proposals(space: str) -> Proposals:
    """The proposals that wait."""
    found = proposals.proposals(current_wiki(), current_viewer(), space)
    return Proposals(
        proposals=[
            Proposal(
                name=text(each.name),
                title=text(each.title),
                authors=list(each.authors),
                at=moment(each.at),
                tip=each.tip,
                commits=each.commits,
                web=addresses.tool_address(space, "proposals", each.name),
            )
            for each in found
        ]
    )


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
    name, saved = proposals.propose_pages(
        current_wiki(), current_viewer(), space, texts, body.summary
    )
    web = addresses.tool_address(space, "proposals", name)
    return Proposed(proposal=name, commit=saved.commit, web=web), 201


@routes.add(
    "POST",
    "/spaces/<space>/proposals/<path:name>",
    {200: Answer("Taken in.", Written)},
    body=TakeIn,
)
def take_in_proposal(space: str, name: str, body: TakeIn) -> Written:
    """Take a proposal in, if it collides with nothing."""
    name = addresses.exact_path(name)
    saved = proposals.take_in(current_wiki(), current_viewer(), space, name, body.tip)
    return Written(commit=saved.commit, version=None, merged=bool(saved.merged))
