"""Import and export of Mermaid files, through the services and the commands."""

import json
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from changes.models import Stream
from changes.services import AlreadyRecorded, change_set
from core.errors import Forbidden, InvalidRequest
from core.ids import uuid7
from core.tenancy import tenant_scope
from exchange.formats import mermaid
from exchange.services import export_journey, import_journey
from journeys.models import Journey
from ownership import audit
from ownership.models import Flag
from tests.support.factories import SampleWorld
from tests.support.log_invariants import checking_log
from touchpoints.models import Touchpoint

REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
SMALL = b"""journey
    title A small one
    Wakes up: 3: Me
    section Work
        Makes tea: 5: Me, Cat
        Sighs: -1
    section Empty
"""


def bring(world: SampleWorld, text: bytes, who: str = "alice") -> tuple[Journey, list]:
    return import_journey(
        text=text,
        format="mermaid",
        actor=getattr(world, who).actor,
    )


def send(world: SampleWorld, journey: Journey) -> str:
    with tenant_scope([world.acme.id]):
        return export_journey(Journey.objects.filter(pk=journey.pk)[0], "mermaid")


def test_a_file_becomes_a_journey_and_goes_out_as_it_came(world: SampleWorld):
    with checking_log(world.acme.id):
        journey, warnings = bring(world, SMALL)
    assert journey.title == "A small one"
    assert [warning["code"] for warning in warnings] == ["score-outside"]
    tea = world.acme.all(Touchpoint, title="Makes tea")[0]
    assert (tea.emotion, tea.actors, tea.source_value, tea.source_scale) == (
        2,
        ["Me", "Cat"],
        "5",
        "1..5",
    )
    assert mermaid.parse_draft(send(world, journey)) == mermaid.parse_draft(SMALL)


def test_what_was_changed_since_goes_out_changed(world: SampleWorld):
    journey, _ = bring(world, SMALL)
    sigh = world.acme.all(Touchpoint, title="Sighs")[0]
    from changes.ops import parse_ops
    from changes.services import apply_ops

    apply_ops(
        journey.pk,
        parse_ops(
            [
                {
                    "op": "set",
                    "type": "touchpoint",
                    "id": str(sigh.pk),
                    "fields": {"emotion": 1, "title": "title: #1"},
                }
            ]
        ),
        actor=world.alice.actor,
    )
    out = mermaid.parse_draft(send(world, journey))
    assert out.stages[1].tasks[1].title == "title: #1"
    assert out.stages[1].tasks[1].emotion == 1


def test_nobody_is_made_up(world: SampleWorld):
    journey, _ = bring(world, SMALL)
    audit.run_audit(world.acme.id)
    flags = world.acme.all(Flag, stream_id=journey.pk, rule="OWN-18")
    assert len(flags) == 3  # every touchpoint, because the file names no department


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"journey\n  Task without score",
        b"\x00\x01\x02",
        b"graph TD\n A-->B",
        "journey\n  caf\xe9: 3".encode("latin-1"),
        b"journey\n  A: 3\n" * 60_000,
        b"journey\n  " + b"x" * 1_000_000 + b": 3",
        b"x" * 6_000_000,
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(world: SampleWorld, text: bytes):
    with tenant_scope([world.acme.id]):
        before = Stream.objects.count()
    with pytest.raises(InvalidRequest) as refused:
        bring(world, text)
    assert refused.value.detail
    with tenant_scope([world.acme.id]):
        assert Stream.objects.count() == before


def test_a_viewer_cannot_import(world: SampleWorld):
    with pytest.raises(Forbidden):
        bring(world, SMALL, "bob")


class TestCommands:
    def command(self, world: SampleWorld, path: Path) -> str:
        out = StringIO()
        call_command(
            "map_import", str(path), workspace=world.acme.workspace.slug, json=True, stdout=out
        )
        return out.getvalue()

    def test_import_prints_the_journey_and_export_prints_it_back(
        self, world: SampleWorld, tmp_path
    ):
        path = tmp_path / "small.mmd"
        path.write_bytes(SMALL)
        said = json.loads(self.command(world, path))
        assert set(said) == {"journey", "warnings"}
        out = StringIO()
        call_command("map_export", said["journey"], format="mermaid", stdout=out)
        assert mermaid.parse_draft(out.getvalue()) == mermaid.parse_draft(SMALL)

    def test_a_refusal_is_json_and_exits_1(self, world: SampleWorld, tmp_path, capsys):
        path = tmp_path / "bad.mmd"
        path.write_text("journey\n  A")
        out = StringIO()
        with pytest.raises(SystemExit) as left:
            call_command(
                "map_import", str(path), workspace=world.acme.workspace.slug, json=True, stdout=out
            )
        assert left.value.code == 1
        assert json.loads(out.getvalue())["errors"][0]["pointer"] == "/lines/2"

    def test_a_missing_file_is_one_line(self, world: SampleWorld):
        with pytest.raises(CommandError, match="Can't read"):
            self.command(world, Path("/nowhere.mmd"))


@pytest.mark.slow
def test_every_real_file_goes_in_and_out_through_the_database(world: SampleWorld):
    if not (REAL / "mermaid").exists():
        pytest.skip(f"the folder with real files is missing: {REAL}")
    readable = refused = 0
    for path in sorted((REAL / "mermaid").glob("*.mmd")):
        expected = json.loads((REAL / "mermaid" / "expected" / f"{path.stem}.json").read_text())
        if not expected["ok"]:
            with pytest.raises(InvalidRequest) as error:
                bring(world, path.read_bytes())
            assert error.value.errors[0].pointer.startswith("/lines/")
            refused += 1
            continue
        journey, _ = bring(world, path.read_bytes())
        assert mermaid.parse_draft(send(world, journey)) == mermaid.parse_draft(
            path.read_bytes()
        ), path.name
        readable += 1
    assert readable > 60
    assert refused == 3


def test_an_import_does_not_wait_for_the_directory(world: SampleWorld):
    held, done = Event(), Event()

    def hold_the_directory() -> None:
        try:
            with change_set([world.acme.id], action="x", actor=world.dana.actor):
                held.set()
                assert done.wait(30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold_the_directory)
        assert held.wait(30)
        try:
            assert bring(world, SMALL)[0].title == "A small one"
        finally:
            done.set()
        holding.result()


def test_the_same_import_sent_at_once_is_one_journey(world: SampleWorld):
    actor = world.alice.actor.with_idempotency(uuid7(), "the same")

    def send_it(_: int) -> bool:
        try:
            import_journey(text=SMALL, format="mermaid", actor=actor)
            return True
        except AlreadyRecorded:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send_it, range(4))) == [False, False, False, True]
    assert len(world.acme.all(Journey, title="A small one")) == 1
