"""The sandbox against Enable3's own OpenAPI document, by schemathesis' command line: all of its checks and phases."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kiosk.sandbox.content import content

if TYPE_CHECKING:
    from conftest import Caller

    from kiosk.sandbox.server import RunningSandbox

DOCUMENT = Path(__file__).with_name("openapi.json")
"""A copy of the team's `shared/enable3/openapi.json`: Enable3's published operations, with its evidence for each."""

ORIGINAL = Path(__file__).parents[3] / "shared" / "enable3" / "openapi.json"

# Ids with everything in them that a path or a query could trip over.
ID = {"type": "string", "pattern": "^[A-Za-z0-9 _.~%?#&+/\u00e9\U0001f642-]{1,40}$"}
TIME = {
    "type": "string",
    "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$",
}
WEBSITE = {"type": "string", "pattern": r"^https://[a-z]{1,20}\.example$"}

COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"


def document() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


def parameters(api: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the schemas of all parameters called `name`."""
    operations = [operation for path in api["paths"].values() for operation in path.values()]
    return [each["schema"] for operation in operations for each in operation["parameters"] if each["name"] == name]


def ignoring_features(api: dict[str, Any]) -> dict[str, Any]:
    """Say in the schema what the description says: an unsupported `feature` is ignored, not refused."""
    for schema in parameters(api, "feature"):
        del schema["enum"]
    return api


def with_valid_values(api: dict[str, Any]) -> dict[str, Any]:
    """Say in the schema what it leaves open: which languages, times and websites there are."""
    for schema in parameters(api, "operatorUserId"):
        schema.update(ID)
    for schema in parameters(api, "language"):
        schema["enum"] = content().languages
    schemas = api["components"]["schemas"]
    schemas["AppEventDto"]["properties"] |= {"id": ID, "userId": ID, "eventId": ID, "createdAt": TIME}
    schemas["RevenueDto"]["properties"] |= {
        "requestId": ID,
        "date": TIME,
        "revenue": {"type": "number", "minimum": 0},
    }
    schemas["OperatorWebsitesDto"]["properties"]["websites"] = {"type": "array", "minItems": 1, "items": WEBSITE}
    return api


def run_schemathesis(sandbox: RunningSandbox, folder: Path, api: dict[str, Any], *options: str) -> None:
    """Run it with a settled seed, and fail with its report if it finds anything."""
    (folder / "openapi.json").write_text(json.dumps(api), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(
        f'[headers]\nX-API-KEY = "{sandbox.api_key}"\n[generation]\ndeterministic = true\n', encoding="utf-8"
    )
    command = [sys.executable, "-c", COMMAND, "run", "openapi.json", "--url", sandbox.base_url, "--no-color"]
    result = subprocess.run(
        [*command, "--checks", "all", *options], cwd=folder, capture_output=True, text=True, check=False, timeout=100
    )

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.skipif(not ORIGINAL.is_file(), reason="the team's documents are not on this machine")
def test_the_copy_is_the_team_s_document():
    assert document() == json.loads(ORIGINAL.read_text(encoding="utf-8"))


def test_every_operation_of_the_document_is_served(call: Caller):
    operations = [(method, path) for path, methods in document()["paths"].items() for method in methods]

    statuses = [
        call.client.request(method, path.format(operatorUserId="ada")).status_code for method, path in operations
    ]

    assert len(operations) == 8
    assert set(statuses) <= {200, 400}


def test_whatever_is_sent_the_answer_is_one_that_the_document_has(sandbox: RunningSandbox, tmp_path: Path):
    options = ["--mode", "all", "--phases", "coverage,fuzzing", "--max-examples", "15"]

    # Left out: values that the document's types allow, and its words do not (languages, times, websites).
    run_schemathesis(
        sandbox, tmp_path, ignoring_features(document()), *options, "--exclude-checks", "positive_data_acceptance"
    )


def test_valid_values_are_accepted(sandbox: RunningSandbox, tmp_path: Path):
    options = ["--mode", "positive", "--phases", "fuzzing", "--max-examples", "40"]

    run_schemathesis(sandbox, tmp_path, with_valid_values(document()), *options)

    kinds = {(entry.method, entry.path.split("/")[-1]) for entry in sandbox.state.log.entries() if entry.status == 201}
    assert kinds == {("POST", "event"), ("POST", "websites"), ("POST", "revenue"), ("POST", "")}


def test_the_check_itself_finds_an_answer_that_is_not_in_the_document(sandbox: RunningSandbox, tmp_path: Path):
    api = with_valid_values(document())
    api["components"]["schemas"]["UserBalanceIntegrationDto"]["properties"]["balance"] = {"type": "integer"}

    with pytest.raises(AssertionError, match="Response violates schema"):
        run_schemathesis(sandbox, tmp_path, api, "--mode", "positive", "--phases", "fuzzing", "--max-examples", "2")
