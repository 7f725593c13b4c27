"""The storyboard's pages, their policy, and the addresses of pictures."""

from tests.support.api_client import ApiClient
from tests.support.factories import SampleWorld
from tests.support.html_client import signed_in
from tests.support.storyboards import SVG, drawn_frame, element


def url(world: SampleWorld, path: str = "") -> str:
    slug = world.acme.workspace.slug
    return f"/w/{slug}/{path or f'journeys/{world.acme.journey}/storyboard/'}"


def test_only_the_editor_has_the_policy_of_excalidraw(world: SampleWorld):
    drawn_frame(world.acme)
    client = signed_in(world.alice)
    policy = client.get(url(world))["Content-Security-Policy"]
    others = [url(world, "storyboards/"), f"/journeys/{world.acme.journey}/map/"]
    assert "style-src-attr 'unsafe-hashes' 'sha256-" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    for other in others:
        assert "style-src-attr" not in client.get(other)["Content-Security-Policy"]


def test_a_journey_is_drawn_by_api(world: SampleWorld):
    alice = ApiClient(user=world.alice.user)
    frame = alice.post("frames", {"step": str(world.acme.steps["Signs"]), "caption": "Hi"}).json()
    drawing = alice.post(f"frames/{frame['id']}/drawing").json()["drawing"]
    assert alice.get(f"drawings/{drawing}").json()["elements"] == []
    saved = alice.post(f"drawings/{drawing}/elements", {"elements": [element("a")]})
    assert saved.json() == {"version": 1, "lost": []}
    answer = alice.put(f"frames/{frame['id']}/picture", {"svg": SVG.format(n=3), "drawn": 1})
    assert (answer.status_code, answer.json()["drawn"]) == (200, 1)
    read = alice.get(f"drawings/{drawing}").json()
    assert read == {"id": drawing, "version": 1, "elements": [element("a")], "files": {}}
    page = signed_in(world.alice).get(url(world)).content.decode()
    assert f"pictures/{answer.json()['picture']}.svg" in page
