"""The OpenAPI 3.1 document, made from the endpoints' own descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from wiki.web.api.problems import MEDIA
from wiki.web.api.routes import JSON, Endpoint

Json = dict[str, Any]

DESCRIPTION = """\
Read and change the pages of this wiki, by the rules that people obey, too.

**Signing in.** Send a personal access token (made under “Your account”) as `Authorization: Bearer …`. What everybody may
read needs none.

**Nothing is overwritten unread.** Reading gives an `ETag`; a write sends it back as `If-Match`. If others changed the
page meanwhile, both changes are merged; where they changed the same lines the answer is 409 with both texts and the
merge as far as it goes, and nothing is saved.

**Names.** A page's name may contain slashes: send them as `%2F`.

**Refusals** are `application/problem+json` (RFC 9457): `detail` is a sentence for people, `code` a word for programs.
"""

_PROBLEM: Json = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened and what to do, for people."},
        "code": {"type": "string", "description": "The kind of refusal, for programs."},
        "request_id": {"type": "string"},
        "faults": {"type": "array", "items": {"type": "object"}},
        "collisions": {
            "type": "array",
            "items": {"type": "object"},
            "description": "Of an edit that collides: each file with all texts and the merge as far as it goes.",
        },
    },
}
_REFUSALS = {
    400: "What was sent cannot be understood.",
    401: "No token, or one that opens nothing.",
    403: "This account may not do it.",
    404: "It is not there, or this account may not know of it.",
    405: "Not by this method.",
    429: "Too many requests.",
    503: "Not at this moment; try again.",
}
_WRITE_REFUSALS = {
    409: "Others changed the same lines; the answer has the merge. Or the name is taken.",
    413: "Too large.",
    415: "Not of a type that is accepted.",
    422: "It cannot be saved like this.",
    428: "The write does not say which version it is based on.",
    507: "The disk is full.",
}


def document(endpoints: Iterable[Endpoint], base: str) -> Json:
    """The whole document; ``base`` is the address below which the paths lie."""
    every = list(endpoints)
    schemas, names = _schemas(every)
    paths: dict[str, Json] = {}
    for endpoint in every:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, names)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Strata", "version": version("strata-wiki"), "description": DESCRIPTION},
        "servers": [{"url": base}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": {**schemas, "Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[Json, Mapping[type[BaseModel], Json]]:
    """The schemas of all models, and what refers to each."""
    models: dict[type[BaseModel], None] = {}
    for endpoint in endpoints:
        answers = [answer.model for answer in endpoint.answers.values()]
        models |= dict.fromkeys(filter(None, [endpoint.body, *answers]))
    wanted = [(model, "validation") for model in models]
    found, definitions = models_json_schema(
        wanted,  # type: ignore[arg-type]
        ref_template="#/components/schemas/{model}",
    )
    return definitions.get("$defs", {}), {model: found[model, "validation"] for model in models}


def _operation(endpoint: Endpoint, names: Mapping[type[BaseModel], Json]) -> Json:
    operation: Json = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "parameters": [
            *_path_parameters(endpoint),
            *_query_parameters(endpoint),
            *_headers(endpoint),
        ],
        "responses": _responses(endpoint, names),
    }
    if endpoint.body is not None:
        schema = names[endpoint.body]
        operation["requestBody"] = {"required": True, "content": {JSON: {"schema": schema}}}
    elif endpoint.media:
        operation["requestBody"] = {"required": True, "content": {endpoint.media: {}}}
    if endpoint.writes:
        operation["security"] = [{"token": []}]
    return operation


def _path_parameters(endpoint: Endpoint) -> list[Json]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in endpoint.parameters
    ]


def _query_parameters(endpoint: Endpoint) -> list[Json]:
    if endpoint.query is None:
        return []
    schema = endpoint.query.model_json_schema()
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": part}
        for name, part in schema.get("properties", {}).items()
    ]


def _headers(endpoint: Endpoint) -> list[Json]:
    if not endpoint.conditional:
        return []
    match = {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The ETag of what was read.",
    }
    if endpoint.conditional == "change":
        return [match]
    fresh = {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "enum": ["*"]},
        "description": "For what is not there yet.",
    }
    return [match, fresh]


def _responses(endpoint: Endpoint, names: Mapping[type[BaseModel], Json]) -> Json:
    responses: Json = {}
    for status, answer in endpoint.answers.items():
        responses[str(status)] = {"description": answer.says}
        if answer.model is not None:
            responses[str(status)]["content"] = {answer.media: {"schema": names[answer.model]}}
        elif answer.media != JSON:
            responses[str(status)]["content"] = {answer.media: {}}
    refusals = _REFUSALS | (_WRITE_REFUSALS if endpoint.writes else {})
    for status, says in refusals.items():
        content = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        responses.setdefault(str(status), {"description": says, "content": content})
    return responses
