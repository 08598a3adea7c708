"""The OpenAPI document, and the API held to it by a fuzzer we did not write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.schemas import OpenApiSchema

from tests.web.api.conftest import client_at
from tests.web.conftest import Furnished
from tests.web.people import settings_in
from wiki.model import Author, Edit, FileWrite
from wiki.services.wiki import Wiki
from wiki.web.api.blueprint import ENDPOINTS
from wiki.web.app import create_app

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = settings(
    max_examples=5, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def described(
    tmp_path_factory: pytest.TempPathFactory, model_wiki: tuple[Path, dict[str, dict[str, str]]]
) -> Iterator[tuple[OpenApiSchema, str, dict[str, str]]]:
    """The document of one wiki for all tests, a token, and what is there; they may leave in it what they like."""
    folder, cookies = model_wiki
    place = tmp_path_factory.mktemp("described") / "wiki"
    shutil.copytree(folder, place)
    with closing(Wiki(settings_in(place))) as wiki:
        here = Furnished(wiki, create_app(wiki, testing=True), cookies)
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", here.app)
        repository = wiki.open("handbook").repository
        write = FileWrite("New.md", b"# New\n", "")
        edit = Edit((write,), Author("Ray", "ray@localhost"), "New", "push", "", 1_800_000_000)
        repository.propose(edit, "proposal/there")
        there = {"commit": repository.head(), "name": "people/Holidays"}
        yield schema, client_at(here, "ann").secret, there


def test_every_endpoint_is_in_the_document_with_its_words(client_of):
    document = client_of().get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    operations = [
        operation for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(operations) == len(ENDPOINTS)
    assert all(operation["summary"].endswith(".") for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(ENDPOINTS)


# A thread of the wiki may draw a number of chance while the fuzzer chooses; it thinks it was itself.
@pytest.mark.filterwarnings("ignore:Do not use the `random` module inside strategies")
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_the_api_is_as_it_is_described(endpoint, described):
    schema, secret, there = described
    if endpoint.name in {"get_report", "get_wiki_report"}:
        there = {"name": "participation"}
    elif endpoint.name == "get_proposal":
        there = {"name": "there"}
    operation = schema.find_operation_by_id(endpoint.name)

    @EXAMPLES
    @given(case=operation.as_strategy())
    def is_as_described(case):
        if "space" in case.path_parameters:
            case.path_parameters["space"] = "handbook"
        if not endpoint.writes:  # what random names ask for is never there
            known = there.keys() & case.path_parameters.keys()
            case.path_parameters.update({name: there[name] for name in known})
        case.headers["Authorization"] = f"Bearer {secret}"
        case.call_and_validate(checks=CHECKS)

    is_as_described()
