"""Owners of a real code base: the audit must find the files with no owner and with several.

The source names owners but no directors, so the test tries three interpretations in turn: only
claims, a director for files with a single owner, and the first owner of every file as director.
"""

import secrets
from collections.abc import Iterator

import pytest

from ownership import audit
from tests.realdata.inputs import REAL, needs
from tests.realdata.owned_files import Company, File, read_files
from tests.support.api_client import ApiClient, service_client
from tests.support.log_invariants import check_everything
from workspaces.models import Workspace
from workspaces.services import workspace_create

OWNERS = "ownership/esphome__esphome.tsv.gz"
EVERY = 60  # test every 60th of 6,497 files; all of them would take minutes


def paths(files: list[File], *statuses: str) -> set[str]:
    return {file.path for file in files if file.status in statuses}


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    slug = f"files-{secrets.token_hex(4)}"
    member, _ = workspace_create(name="Files", slug=slug, email=f"ada@{slug}.test")
    workspace = Workspace.objects.get(slug=slug)
    yield Company(workspace.id, service_client(workspace.id), ApiClient(user=member.user))
    check_everything(workspace.id)


@pytest.mark.slow
@needs(OWNERS)
def test_the_audit_finds_the_files_without_owner_and_with_several(company: Company) -> None:
    files = read_files(REAL / OWNERS)[::EVERY]
    missing, multi = paths(files, "missing"), paths(files, "multi")
    assert missing
    assert multi
    owned = [file for file in files if file.owners]
    company.employ(owner for file in files for owner in file.owners)
    company.draw(files)
    company.claim(owned)

    audit.run_audit(company.workspace)
    assert company.flagged("OWN-01") == paths(files, "missing", "single", "multi")
    assert company.flagged("OWN-04") == multi

    company.direct([file for file in owned if file.status == "single"])
    audit.run_audit(company.workspace)
    assert company.flagged("OWN-01") == missing | multi
    assert company.flagged("OWN-04") == multi

    company.direct([file for file in owned if file.status == "multi"])
    audit.run_audit(company.workspace)
    assert company.flagged("OWN-01") == missing
    assert company.flagged("OWN-04") == multi
    assert not company.flagged("OWN-03")
