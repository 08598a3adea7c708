"""What is said of a push that goes where it may not, or brings what is not the pusher's to bring."""

from __future__ import annotations

from wiki.services.push_rules import short, shown


def not_yours(path: str) -> str:
    """Why a file that this person may not write cannot be in a push."""
    return (
        f"“{shown(path)}”: only who administers this space may change it. Leave it as it is: git checkout "
        f"<where your work begins> -- {shown(path)}, then commit and push."
    )


def only_branches(ref: str, branch: str) -> str:
    """Why nothing can be pushed to a reference of this name."""
    return (
        f"{shown(ref)}: only the branch {branch}, and proposals, can be pushed to. To propose a change, "
        "push it to a branch proposal/<name> of letters, digits, dots and hyphens: git push origin "
        "HEAD:refs/heads/proposal/my-change"
    )


def only_propose(branch: str) -> str:
    """Why somebody who may only read cannot push to the branch."""
    return (
        f"You may read this space but not edit it, so you cannot push to {branch}. Propose your change "
        "instead: git push origin HEAD:refs/heads/proposal/my-change"
    )


def never_removed(branch: str) -> str:
    """Why the branch cannot be deleted."""
    return f"{branch} is the space itself and cannot be deleted. To take pages away, delete them in a commit."


def behind(branch: str) -> str:
    """Why a push that would take commits away is refused."""
    return (
        f"Others changed {branch} since you fetched it, or you rewrote what is there; a push may only add "
        f"to it. Fetch and join their work (git pull --rebase origin {branch}), then push again, without "
        "--force."
    )


def not_your_proposal(name: str) -> str:
    """Why a proposal cannot be moved by everybody."""
    return (
        f"{shown(name)} is somebody else’s proposal; only they and who administers this space may change or "
        "remove it. Push yours under another name: git push origin HEAD:refs/heads/proposal/another-name"
    )


def no_commit(oid: str) -> str:
    """Why a branch cannot point to something else than a commit."""
    return f"{short(oid)} is no commit. Push a branch (git push origin HEAD:main)."


def proposal_moved(name: str) -> str:
    """Why a proposal is not moved from where it does not stand."""
    return (
        f"{shown(name)} is not where your clone believes it to be: it was made, changed or taken in meanwhile. "
        "Fetch (git fetch --prune origin), look at it, then push again; or choose another name."
    )


def kept_name(name: str) -> str:
    """Why a proposal cannot be called like the wiki's own."""
    return (
        f"{shown(name)}: the wiki keeps this name for what another repository proposes. Push yours under "
        "another name: git push origin HEAD:refs/heads/proposal/another-name"
    )
