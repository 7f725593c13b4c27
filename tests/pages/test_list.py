"""The outline of a journey: everything can be edited there, with plain forms."""

import pytest
from django.urls import reverse

from changes.queries import find_redo, find_undo
from core.ids import uuid7
from core.tenancy import tenant_scope
from journeys.models import Journey, Lane, Measure, Note, Stage, Step
from tests.support.factories import SampleWorld
from tests.support.html_client import FormParser, count, send, signed_in
from tests.support.log_invariants import checking_log
from touchpoints.models import Promise, Touchpoint

EDITABLE = {
    "journey": ("journey_edit", "a journey"),
    "stage": ("stage_edit", "Buy"),
    "step": ("step_edit", "Signs"),
    "touchpoint": ("touchpoint_edit", "Signs"),
    "promise": ("promise_edit", "Live in a day"),
    "lane": ("lane_edit", "Retail"),
    "note": ("note_edit", "Say when"),
    "measure": ("measure_edit", "Days of waiting"),
}


def id_of(world: SampleWorld, kind: str):
    if kind == "journey":
        return world.acme.journey
    return world.acme.id_of(kind, EDITABLE[kind][1])


def listed(world: SampleWorld, who) -> str:
    answer = signed_in(who).get(reverse("journey", args=[world.acme.journey]))
    assert answer.status_code == 200
    return answer.content.decode()


class TestReading:
    def test_stages_steps_and_touchpoints_stand_in_the_customers_order(self, world: SampleWorld):
        text = listed(world, world.bob)
        order = ["Choose</", "Looks", "Sees an ad", "Asks in the shop", "Buy</", "Hears nothing"]
        found = [text.index(f"{title}" if "</" not in title else title[:-2]) for title in order]
        assert found == sorted(found)

    def test_who_may_not_draw_sees_no_way_to_edit(self, world: SampleWorld):
        assert "/edit/" not in listed(world, world.bob)
        assert "/edit/" in listed(world, world.alice)

    @pytest.mark.parametrize("kind", EDITABLE)
    def test_who_may_not_draw_is_refused(self, world: SampleWorld, kind: str):
        url = reverse(EDITABLE[kind][0], args=[id_of(world, kind)])
        client = signed_in(world.bob)
        assert client.get(url).status_code == 403
        assert client.post(url, {"verb": "remove"}).status_code == 403

    @pytest.mark.parametrize("kind", EDITABLE)
    def test_for_a_stranger_there_is_nothing(self, world: SampleWorld, kind: str):
        url = reverse(EDITABLE[kind][0], args=[id_of(world, kind)])
        client = signed_in(world.charlie)
        assert client.get(url).status_code == 404
        assert client.post(url, {"verb": "remove"}).status_code == 404

    def test_a_thousand_touchpoints_take_no_more_queries_than_eight(self, world: SampleWorld):
        client, url = signed_in(world.alice), reverse("journey", args=[world.acme.journey])
        few = count(client, url)
        place = {
            "step": str(world.acme.steps["Waits"]),
            "lane": str(world.acme.lanes["Network"]),
        }
        for start in (0, 500):
            world.acme.edit(
                *(
                    {
                        "op": "add",
                        "type": "touchpoint",
                        "fields": {"title": f"No. {start + n}"},
                        "place": place,
                    }
                    for n in range(500)
                )
            )
        assert count(client, url) == few
        assert len(client.get(url).content) < 1_000_000


class TestWriting:
    @pytest.mark.parametrize("kind", EDITABLE)
    def test_the_sheet_has_every_plain_field(self, world: SampleWorld, kind: str):
        answer = signed_in(world.alice).get(reverse(EDITABLE[kind][0], args=[id_of(world, kind)]))
        text = answer.content.decode()
        models = (Journey, Stage, Step, Touchpoint, Promise, Lane, Note, Measure)
        model = next(model for model in models if model.slug == kind)
        fields = FormParser(text[text.index('class="form-panel"') :]).found[0]["fields"]
        boolean = {"is_moment_of_truth", "is_template"}  # an unticked box sends nothing
        assert set(model.op_fields) - boolean <= set(fields)
        assert all(f'name="{name}"' in text for name in boolean & set(model.op_fields))

    def test_a_field_is_set_and_the_answer_leads_back_to_its_place(self, world: SampleWorld):
        stage = world.acme.stages["Buy"]
        with checking_log(world.acme.id):
            answer = send(
                signed_in(world.alice), reverse("stage_edit", args=[stage]), {"title": "Order"}
            )
        assert answer.status_code == 303
        assert answer["Location"].endswith(f"#stage-{stage}")
        assert world.acme.read(Stage, stage).title == "Order"

    def test_what_somebody_else_changed_meanwhile_stays(self, world: SampleWorld):
        client, url = signed_in(world.alice), reverse("stage_edit", args=[world.acme.stages["Buy"]])
        page = client.get(url).content.decode()
        form = FormParser(page[page.index('class="form-panel"') :]).found[0]
        client.post(url, {**form["fields"], "title": "Order"})
        client.post(url, {**form["fields"], "summary": "They sign."})
        stage = world.acme.read(Stage, world.acme.stages["Buy"])
        assert (stage.title, stage.summary) == ("Order", "They sign.")

    def test_a_refusal_keeps_what_was_typed_and_stands_at_the_field(self, world: SampleWorld):
        url = reverse("stage_edit", args=[world.acme.stages["Buy"]])
        answer = send(
            signed_in(world.alice), url, {"title": "ab\u202ec", "summary": "typed with care"}
        )
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "typed with care" in text
        assert 'aria-invalid="true"' in text
        assert "text direction" in text
        assert answer["HX-Retarget"] == "closest .form-panel"

    def test_a_form_sent_twice_is_one_change(self, world: SampleWorld):
        client = signed_in(world.alice)
        url = reverse("touchpoint_add", args=[world.acme.steps["Calls"]])
        page = client.get(url).content.decode()
        form = FormParser(page[page.index('class="form-panel"') :]).found[0]
        sent = {**form["fields"], "title": "Gives up", "lane": str(world.acme.lanes["Retail"])}
        first, second = client.post(url, sent), client.post(url, sent)
        assert first.status_code == second.status_code == 303
        assert first["Location"] == second["Location"]
        assert len(world.acme.all(Touchpoint, title="Gives up")) == 1

    def test_a_touchpoint_is_added_with_its_feeling(self, world: SampleWorld):
        with checking_log(world.acme.id):
            send(
                signed_in(world.alice),
                reverse("touchpoint_add", args=[world.acme.steps["Calls"]]),
                {"title": "Gives up", "emotion": "-2", "is_moment_of_truth": "on"},
            )
        (added,) = world.acme.all(Touchpoint, title="Gives up")
        assert (added.emotion, added.is_moment_of_truth) == (-2, True)

    def test_a_stage_comes_with_a_first_step(self, world: SampleWorld):
        with checking_log(world.acme.id):
            send(
                signed_in(world.alice),
                reverse("stage_add", args=[world.acme.journey]),
                {"title": "Leave"},
            )
        (stage,) = world.acme.all(Stage, title="Leave")
        assert len(world.acme.all(Step, stage=stage.pk)) == 1

    def test_a_lane_and_a_promise_are_added(self, world: SampleWorld):
        client, journey = signed_in(world.alice), world.acme.journey
        with checking_log(world.acme.id):
            send(
                client,
                reverse("lane_add", args=[journey]),
                {"kind": "department", "department": str(world.acme.departments["Care"])},
            )
        with checking_log(world.acme.id):
            send(client, reverse("promise_add", args=[journey]), {"title": "No surprises"})
        assert world.acme.all(Promise, title="No surprises")
        assert len(world.acme.all(Lane)) == 4

    def test_a_second_lane_of_a_department_is_refused_in_words(self, world: SampleWorld):
        answer = send(
            signed_in(world.alice),
            reverse("lane_add", args=[world.acme.journey]),
            {"kind": "department", "department": str(world.acme.departments["Retail"])},
        )
        assert answer.status_code == 422
        assert "already has a lane in this journey" in answer.content.decode()

    def test_departments_of_another_workspace_cannot_be_chosen(self, world: SampleWorld):
        answer = send(
            signed_in(world.alice),
            reverse("lane_add", args=[world.acme.journey]),
            {"kind": "department", "department": str(world.twin.departments["Care"])},
        )
        assert answer.status_code == 422


class TestMoving:
    def test_a_touchpoint_moves_to_another_step_and_lane(self, world: SampleWorld):
        card = world.acme.touchpoints["Sees an ad"]
        with checking_log(world.acme.id):
            answer = send(
                signed_in(world.alice),
                reverse("touchpoint_edit", args=[card]),
                {
                    "verb": "move",
                    "step": str(world.acme.steps["Waits"]),
                    "lane": str(world.acme.lanes["Network"]),
                    "end": "first",
                },
                number=1,
            )
        assert answer.status_code == 303
        cell = world.acme.all(Touchpoint, step=world.acme.steps["Waits"])
        assert min(cell, key=lambda t: t.position).pk == card

    def test_up_and_down_move_among_the_neighbours(self, world: SampleWorld):
        client, stage = signed_in(world.alice), world.acme.stages["Buy"]
        url = reverse("stage_edit", args=[stage])
        send(client, url, {"verb": "up"}, number=2)
        assert titles(world) == ["Buy", "Choose", "Use"]
        send(client, url, {"verb": "up"}, number=2)  # it is already first
        assert titles(world) == ["Buy", "Choose", "Use"]
        send(client, url, {"verb": "down"}, number=2)
        send(client, url, {"verb": "down"}, number=2)
        assert titles(world) == ["Choose", "Use", "Buy"]

    def test_a_step_moves_into_another_stage(self, world: SampleWorld):
        with checking_log(world.acme.id):
            send(
                signed_in(world.alice),
                reverse("step_edit", args=[world.acme.steps["Looks"]]),
                {
                    "verb": "move",
                    "place": f"{world.acme.stages['Buy']}/{world.acme.steps['Signs']}",
                },
                number=1,
            )
        assert world.acme.read(Step, world.acme.steps["Looks"]).stage_id == world.acme.stages["Buy"]


def titles(world: SampleWorld) -> list[str]:
    return [
        stage.title for stage in sorted(world.acme.all(Stage), key=lambda stage: stage.position)
    ]


class TestRemoving:
    def test_what_goes_along_is_said_first(self, world: SampleWorld):
        url = reverse("stage_edit", args=[world.acme.stages["Buy"]])
        text = signed_in(world.alice).get(url).content.decode()
        assert "2 steps" in text
        assert "3 touchpoints" in text

    def test_removing_undoing_and_redoing(self, world: SampleWorld):
        client, journey = signed_in(world.alice), world.acme.journey
        send(
            client,
            reverse("stage_edit", args=[world.acme.stages["Buy"]]),
            {"verb": "remove"},
            number=3,
        )
        assert titles(world) == ["Choose", "Use"]
        for finder, expected in (
            (find_undo, ["Choose", "Buy", "Use"]),
            (find_redo, ["Choose", "Use"]),
        ):
            with tenant_scope([world.acme.id]):
                gesture = finder(journey, world.alice.actor)
            url = reverse("undo", args=[world.acme.id, gesture])
            assert url in listed(world, world.alice)
            answer = client.post(url, {"next": reverse("journey", args=[journey])})
            assert answer["Location"] == reverse("journey", args=[journey])
            assert titles(world) == expected

    def test_what_cannot_be_undone_is_said_where_the_button_stood(self, world: SampleWorld):
        op = {"op": "add", "type": "stage", "fields": {"title": "Leave"}}
        world.acme.edit(op, actor=world.alice.actor)
        client, journey = signed_in(world.alice), reverse("journey", args=[world.acme.journey])
        with tenant_scope([world.acme.id]):
            gesture = find_undo(world.acme.journey, world.alice.actor)
        url = reverse("undo", args=[world.acme.id, gesture])
        client.post(url, {"next": journey})
        answer = client.post(url, {"next": journey, "gesture": str(uuid7())})
        assert (answer.status_code, answer["Location"]) == (303, journey)
        page = client.get(journey).content.decode()
        assert "it was already undone." in page

    def test_the_address_of_a_button_leads_back(self, world: SampleWorld):
        url = reverse("undo", args=[world.acme.id, uuid7()])
        answer = signed_in(world.alice).get(url)
        assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
        assert "Open that page and use the button there." in answer.content.decode()

    def test_the_last_step_of_a_stage_is_refused_in_words(self, world: SampleWorld):
        answer = send(
            signed_in(world.alice),
            reverse("step_edit", args=[world.acme.steps["Calls"]]),
            {"verb": "remove"},
            number=3,
        )
        assert answer.status_code == 422
        assert "needs at least one step" in answer.content.decode()


class TestLocks:
    def test_a_stage_is_locked_and_unlocked_by_its_button(self, world: SampleWorld):
        client, place = signed_in(world.alice), world.acme
        stage, url = place.stages["Buy"], reverse("journey", args=[world.acme.journey])
        sheets = [reverse("stage_edit", args=[stage])]
        sheets += [reverse("step_edit", args=[place.steps[name]]) for name in ("Signs", "Waits")]
        sheets += [reverse("note_edit", args=[pk]) for pk in place.notes.values()]
        sheets += [reverse("touchpoint_edit", args=[place.touchpoints["Signs"]])]
        sheets += [reverse("promise_edit", args=[place.promises["Live in a day"]])]
        before = listed(world, world.alice)
        assert all(sheet in before for sheet in sheets)
        press(client, url, reverse("stage_lock", args=[stage]))
        after = listed(world, world.alice)
        assert not [sheet for sheet in sheets if sheet in after]
        assert "Locked" in after and "Locked" in listed(world, world.bob)
        assert reverse("touchpoint_edit", args=[place.touchpoints["Is called back"]]) in after

        # A form opened before that says why it can't be saved.
        answer = send(client, sheets[1], {"title": "Pays"})
        assert answer.status_code == 422
        assert "Buy is locked. Unlock it to change it." in answer.content.decode()
        press(client, url, reverse("stage_unlock", args=[stage]))
        assert send(client, sheets[1], {"title": "Pays"}).status_code == 303

    def test_a_locked_lane_hides_the_sheets_of_its_cards(self, world: SampleWorld):
        client, lane = signed_in(world.alice), world.acme.lanes["Network"]
        card = reverse("touchpoint_edit", args=[world.acme.touchpoints["Is called back"]])
        assert card in listed(world, world.alice)
        page = reverse("lane_lock", args=[lane])
        assert "Lock “Network”" in client.get(page).content.decode()  # the page without JavaScript
        send(client, page, {})
        assert card not in listed(world, world.alice)
        assert reverse("lane_edit", args=[lane]) not in listed(world, world.alice)
        press(
            client,
            reverse("journey", args=[world.acme.journey]),
            reverse("lane_unlock", args=[lane]),
        )
        assert card in listed(world, world.alice)

    def test_undo_says_that_it_is_locked(self, world: SampleWorld):
        client, place = signed_in(world.alice), world.acme
        url = reverse("journey", args=[place.journey])
        send(client, reverse("step_edit", args=[place.steps["Signs"]]), {"title": "Pays"})
        with tenant_scope([place.id]):
            gesture = find_undo(place.journey, world.alice.actor)
        press(client, url, reverse("stage_lock", args=[place.stages["Buy"]]))
        undo = reverse("undo", args=[place.id, gesture])
        client.post(undo, {"next": url})
        assert "Buy is locked. Unlock it to change it." in client.get(url).content.decode()


def press(client, url: str, action: str) -> None:
    """Submit the page's form with this action."""
    forms = FormParser(client.get(url).content.decode()).found
    (form,) = [form for form in forms if form["action"] == action]
    assert client.post(action, form["fields"]).status_code == 303
