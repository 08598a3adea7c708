"""The OpenAPI document, and the API held to it by a fuzzer we did not write."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi import checks

from tests.web.conftest import Furnished
from wiki.web.api.blueprint import ENDPOINTS

CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = settings(
    max_examples=12, deadline=None, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_every_endpoint_is_in_the_document_with_its_words(client_of):
    document = client_of().get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    operations = [
        operation for methods in document["paths"].values() for operation in methods.values()
    ]
    assert len(operations) == len(ENDPOINTS)
    assert all(operation["summary"].endswith(".") for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(ENDPOINTS)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_the_api_is_as_it_is_described(endpoint, furnished: Furnished, client_of):
    secret = client_of("ann").secret
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", furnished.app)
    operation = schema.find_operation_by_id(endpoint.name)

    @EXAMPLES
    @given(case=operation.as_strategy())
    def is_as_described(case):
        if "space" in case.path_parameters:
            case.path_parameters["space"] = "handbook"
        case.headers["Authorization"] = f"Bearer {secret}"
        case.call_and_validate(checks=CHECKS)

    is_as_described()
