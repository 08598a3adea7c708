"""Who may not, and what is wrong with an account or a token."""

from __future__ import annotations

from wiki.errors.base import StrataError


class SignInNeeded(StrataError):
    def __init__(self, action: str) -> None:
        super().__init__(f"Sign in to {action}.")
        self.action = action


class NotAllowed(StrataError):
    def __init__(self, action: str) -> None:
        super().__init__(
            f"Your account may not {action}. Ask an administrator of this wiki for the right."
        )
        self.action = action


class TooFewPeople(StrataError):
    """A report on a part of a space would tell about a few people."""

    def __init__(self, minimum: int) -> None:
        super().__init__(
            f"Fewer than {minimum} people took part here in these days, or so few elsewhere that they "
            "could be told apart. This space tells nothing about so few: choose a larger part of it, "
            "or a longer time."
        )
        self.minimum = minimum


class SignInRefused(StrataError):
    def __init__(self) -> None:
        super().__init__("The user name or the password is not right. Try again.")


class TooManyAttempts(StrataError):
    def __init__(self, wait_seconds: int) -> None:
        super().__init__(f"Too many attempts. Wait {wait_seconds} seconds, then try again.")
        self.wait_seconds = wait_seconds


class AccountInvalid(StrataError):
    """An account cannot be made or changed as asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class TokenInvalid(StrataError):
    """A personal access token cannot be made or revoked as asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)


class TokenRefused(StrataError):
    """A git client (or script) signs in with something that is no valid token of this user."""

    def __init__(self, place: str) -> None:
        super().__init__(
            "The user name and the token do not fit, or the token has expired or was revoked. Here one "
            f"signs in with a personal access token, never with the password: make one at {place}"
        )
        self.place = place


class TokenReadOnly(StrataError):
    def __init__(self) -> None:
        super().__init__(
            "Your token may read but not write. Make one that may write, under “Personal access tokens” of "
            "your account, and use that."
        )


class AccountsUnavailable(StrataError):
    """The account database cannot be read; pages stay safe in git."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "The account database cannot be used, so nobody can sign in. All pages are safe. "
            f"An administrator should run “strata check”. ({detail})"
        )


class FormerMembersUnreadable(AccountsUnavailable):
    """The list of former members is damaged: nobody can say whose name may be shown."""

    def __init__(self, path: str, detail: str) -> None:
        StrataError.__init__(
            self,
            f"The list of people whose names are no longer shown ({path}) cannot be read, so nobody is named "
            f"now. All pages are safe. An administrator should restore it from the backup. ({detail})",
        )


class ErasureRefused(StrataError):
    """Somebody's name cannot be erased as it was asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"{reason} Nothing was erased.")
