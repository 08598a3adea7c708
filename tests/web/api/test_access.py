"""Who may use the API, and how often."""

from __future__ import annotations

import pytest

from wiki.web.api.access import Allowance
from wiki.web.api.problems import SlowDown


@pytest.mark.parametrize("header", ["Bearer strata_nothing", "Basic x", "Bearer", "Digest a=b"])
def test_a_wrong_token_is_refused_even_where_nobody_needs_one(furnished, header):
    client = furnished.app.test_client()
    answer = client.get("/api/v1/spaces", headers={"Authorization": header})
    assert (answer.status_code, answer.json["code"]) == (401, "TokenRefused")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_what_is_not_there_is_refused_in_the_same_shape(client_of):
    for path in ("/nothing", "/spaces/nothing", "/spaces/handbook/pages/nothing"):
        answer = client_of().get(path)
        assert answer.status_code == 404
        assert answer.content_type == "application/problem+json"
    answer = client_of().ask("POST", "/spaces")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_everybody_has_an_allowance_that_grows_again():
    now = 0.0
    allowance = Allowance(clock=lambda: now)
    for _ in range(12):
        allowance.take("ann", 5, 60)
    with pytest.raises(SlowDown) as refused:
        allowance.take("ann", 5, 60)
    assert refused.value.seconds == 5
    allowance.take("ben", 5, 60)
    now = 5.0
    allowance.take("ann", 5, 60)
