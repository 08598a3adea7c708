"""What a storm left, judged by plain git alone: nothing here knows the wiki's code."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cases.plain_git import git

WORD = re.compile(r"\b(?:browser|clone|script)[a-z]+x\d+y\b")
_LINE = re.compile(
    r"# Page \d+|Line \d was here first\.|(?:browser|clone|script)[a-z]+x\d+y stands here\.|"
)
_NOTES = "refs/notes/pushes"


@dataclass(frozen=True)
class Verdict:
    """What is wrong; nothing if all is well."""

    wrong: tuple[str, ...]
    commits: int = 0
    words: int = 0


def standing(repository: Path) -> Counter[str]:
    """How often each word stands in the pages of the branch."""
    told = git(repository, "grep", "-h", "-E", "x[0-9]+y stands", "main", "--", "*.md", fails=True)
    return Counter(WORD.findall(told))


def half_lines(repository: Path) -> list[str]:
    """Lines of the branch that nobody wrote so: pages cut short, merge marks."""
    told = git(repository, "grep", "-h", "", "main", "--", "*.md")
    return [line for line in told.splitlines() if not _LINE.fullmatch(line)]


def additions(repository: Path) -> tuple[dict[str, list[str]], int]:
    """Who added each word, by the authors of commits that are no merges; and how many commits there are."""
    told = git(
        repository, "log", "--no-merges", "-p", "-U0", "--no-renames", "--format=author %an", "main"
    )
    found: dict[str, list[str]] = {}
    author, commits = "", 0
    for line in told.splitlines():
        if line.startswith("author "):
            author, commits = line.removeprefix("author "), commits + 1
        elif line.startswith("+") and not line.startswith("+++"):
            for word in WORD.findall(line):
                found.setdefault(word, []).append(author)
    return found, commits


def added_by_merges(repository: Path) -> list[str]:
    """Words that no parent of a merge has: nobody may slip anything in there."""
    told = git(repository, "log", "--merges", "--cc", "-U0", "--format=", "main")
    lines = [line for line in told.splitlines() if re.match(r"\+\+(?!\+)", line)]
    return [word for line in lines for word in WORD.findall(line)]


def pushers(repository: Path) -> Iterator[tuple[str, str]]:
    """Each commit of the log of pushes, with the account that brought it first."""
    if not git(repository, "for-each-ref", _NOTES):
        return
    listed = git(repository, "ls-tree", "-r", _NOTES).splitlines()
    rows = [(line.split()[2], line.partition("\t")[2].replace("/", "")) for line in listed]
    done = subprocess.run(
        ["git", "-C", str(repository), "cat-file", "--batch"],
        input="".join(f"{blob}\n" for blob, _ in rows).encode(), capture_output=True, check=True,
    )  # fmt: skip
    text, at = done.stdout, 0
    for _, commit in rows:
        end = text.index(b"\n", at)
        size = int(text[at:end].split()[2])
        by = re.search(rb"^Pushed-by: (.*)$", text[end + 1 : end + 1 + size], re.MULTILINE)
        yield commit, by[1].decode() if by else ""
        at = end + size + 2


def judge(
    repository: Path,
    acknowledged: Mapping[str, str],
    pushed: Mapping[str, str],
    *,
    strict: bool = True,
) -> Verdict:
    """Whether everything acknowledged (word → account) is there, once and under its author's name.

    Args:
        pushed: commits acknowledged to pushers, with their accounts.
        strict: read every object, as ``git fsck --strict`` does.
    """
    wrong = []
    stand, (added, commits) = standing(repository), additions(repository)
    for word, account in acknowledged.items():
        if stand[word] != 1:
            wrong.append(f"{word} stands {stand[word]} times")
        if added.get(word) != [account]:
            wrong.append(f"{word} was added by {added.get(word)}, not by {account} alone")
    wrong += [f"{word} stands {count} times" for word, count in stand.items() if count != 1]
    wrong += [f"a line that nobody wrote: {line!r}" for line in half_lines(repository)]
    wrong += [f"{word} came with a merge" for word in added_by_merges(repository)]
    noted = dict(pushers(repository))
    wrong += [
        f"the push of {commit[:10]} is noted as of {noted.get(commit)!r}, not of {account}"
        for commit, account in pushed.items()
        if noted.get(commit) != account
    ]
    if strict:
        wrong += fsck(repository)
    return Verdict(tuple(wrong), commits, sum(stand.values()))


def fsck(repository: Path) -> list[str]:
    """What ``git fsck --strict`` finds, but for what no branch needs any more."""
    done = subprocess.run(
        ["git", "-C", str(repository), "fsck", "--strict", "--full", "--no-dangling"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    told = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return told or ([f"git fsck ended with {done.returncode}"] if done.returncode else [])
