"""Endpoints described once: what they take, what they answer, and the function that does it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from flask import Response, request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import BadRequest

from wiki.web.api.problems import Malformed, NotJson

Method = Literal["GET", "PUT", "POST", "PATCH", "DELETE"]
View = Callable[..., Any]
Q = TypeVar("Q", bound=BaseModel)

JSON = "application/json"


class Value(BaseModel):
    """The base of everything that is sent or answered: unknown fields are a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way an endpoint answers: in words, with a model or with bytes of a media type."""

    says: str
    model: type[BaseModel] | None = None
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation. ``rule`` is Flask's, below ``/api/v1``; ``media`` that of a body that is not JSON.

    ``conditional``: how the version that a write is based on is named: "change" by If-Match, "make" also by
    If-None-Match: * for what is not there yet.
    """

    method: Method
    rule: str
    name: str
    tag: str
    summary: str
    view: View
    query: type[BaseModel] | None
    body: type[BaseModel] | None
    media: str
    answers: Mapping[int, Answer]
    conditional: Literal["", "change", "make"]

    @property
    def path(self) -> str:
        """The rule as OpenAPI writes it."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.rule)

    @property
    def parameters(self) -> list[str]:
        """The names of the path's parameters."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.rule)

    @property
    def writes(self) -> bool:
        """Whether it may change anything."""
        return self.method != "GET"


@dataclass(slots=True)
class Routes:
    """The endpoints of one subject, in the order in which they are declared."""

    tag: str
    endpoints: list[Endpoint] = field(default_factory=list)

    def add(
        self,
        method: Method,
        rule: str,
        answers: Mapping[int, Answer],
        *,
        query: type[BaseModel] | None = None,
        body: type[BaseModel] | None = None,
        media: str = "",
        conditional: Literal["", "change", "make"] = "",
    ) -> Callable[[View], View]:
        """Declare a function as what an endpoint does; its docstring's first line is the summary.

        It is called with the path's parameters and, where declared, ``query`` and ``body``; it returns a model, a
        model with a status, or a response.
        """

        def declare(view: View) -> View:
            summary = (view.__doc__ or "").strip().partition("\n")[0]
            self.endpoints.append(
                Endpoint(
                    method,
                    rule,
                    view.__name__,
                    self.tag,
                    summary,
                    view,
                    query,
                    body,
                    media,
                    answers,
                    conditional,
                )
            )
            return view

        return declare


def respond(endpoint: Endpoint, **parameters: str) -> Response:
    """Check what was sent, call the endpoint's function, and make a response of what it returns."""
    given: dict[str, Any] = dict(parameters)
    if endpoint.query is not None:
        given["query"] = _query(endpoint.query)
    if endpoint.body is not None:
        given["body"] = _body(endpoint.body)
    answered = endpoint.view(**given)
    if isinstance(answered, Response):
        return answered
    model, status = answered if isinstance(answered, tuple) else (answered, 200)
    if model is None:
        return Response(status=status)
    return Response(model.model_dump_json(), status, content_type=JSON)


def _query(model: type[Q]) -> Q:
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise Malformed("query", _faults(model, error)) from None


def _body(model: type[Q]) -> Q:
    """The body; pydantic reads the JSON itself, since Python's reader lets halves of characters pass."""
    if request.mimetype != JSON:
        raise NotJson
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        faults = _faults(model, error)
        if faults[0]["type"] == "json_invalid":
            reason = faults[0]["msg"].removeprefix("Invalid JSON: ")
            raise BadRequest(f"The body is no JSON: {reason}.") from None
        raise Malformed("body", faults) from None


def _faults(model: type[BaseModel], error: ValidationError) -> Sequence[ErrorDetails]:
    """What does not fit, in pydantic's words; of a name that is unknown also those that are known."""
    faults = error.errors(include_url=False, include_input=False)
    for fault in faults:
        if fault["type"] == "extra_forbidden":
            known = f"; there are {', '.join(model.model_fields)}" if len(fault["loc"]) == 1 else ""
            fault["msg"] = f"There is no such field{known}"
        elif fault["type"] == "string_pattern_mismatch":
            fault["msg"] = "It is not as an answer gave it"
    return faults
