"""Pictures of frames: what is kept of an SVG, and what a hostile one can't do."""

import base64

import pytest
from PIL import Image

from core.errors import InvalidRequest
from storyboards import svg as pictures
from storyboards.pictures import uploaded_picture_create
from storyboards.svg import sanitize_svg
from tests.support.factories import SampleWorld
from tests.support.pictures import picture_bytes

OPENING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
TRIPWIRE = "http://127.0.0.1:1/tripwire"


def drawing(content: str, attributes: str = 'viewBox="0 0 16 9"') -> str:
    return f"{OPENING} {attributes}>{content}</svg>"


def data_url(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


SCRIPT = drawing("<script>document.title = 'tripped'; fetch('/tripwire')</script>")
# What a hostile picture tries, each with a part that must not be left of it.
HOSTILE = {
    "script": (SCRIPT, "script"),
    "event": (drawing('<path d="M1 1" onload="document.title=1" onclick="x()"/>'), "onload"),
    "root event": (drawing("", 'viewBox="0 0 9 9" onload="document.title=\'tripped\'"'), "onload"),
    "script link": (drawing('<a href="javascript:alert(1)"><path d="M1 1"/></a>'), "javascript"),
    "foreign object": (
        drawing(
            f'<foreignObject><img xmlns="http://www.w3.org/1999/xhtml" src="{TRIPWIRE}"/></foreignObject>'
        ),
        "tripwire",
    ),
    "other vocabulary": (
        drawing('<iframe xmlns="http://www.w3.org/1999/xhtml" src="/tripwire"/>'),
        "tripwire",
    ),
    "outside image": (drawing(f'<image href="{TRIPWIRE}"/>'), "tripwire"),
    "outside xlink image": (drawing(f'<image xlink:href="{TRIPWIRE}"/>'), "tripwire"),
    "outside use": (drawing(f'<use href="{TRIPWIRE}#a"/>'), "tripwire"),
    "outside paint": (drawing(f'<path d="M1 1" fill="url({TRIPWIRE}#a)"/>'), "tripwire"),
    "escaped paint": (drawing('<path d="M1 1" fill="u\\72l(/tripwire)"/>'), "tripwire"),
    "style": (drawing(f"<style>@import url({TRIPWIRE}); * {{ fill: red }}</style>"), "import"),
    "style attribute": (drawing(f'<g style="background:url({TRIPWIRE})"/>'), "tripwire"),
    "outside filter": (
        drawing(f'<filter id="f"><feImage href="{TRIPWIRE}"/></filter>'),
        "tripwire",
    ),
    "animation": (
        drawing('<path id="p"/><set href="#p" attributeName="href" to="javascript:x()"/>'),
        "javascript",
    ),
    "web page as image": (
        drawing(f'<image href="{data_url(b"<script>1</script>", "text/html")}"/>'),
        "text/html",
    ),
    "script in a nested picture": (
        drawing(f'<image href="{data_url(SCRIPT.encode(), "image/svg+xml")}"/>'),
        base64.b64encode(SCRIPT.encode()).decode()[:60],
    ),
    "not the picture it says": (
        drawing(f'<image href="{data_url(b"GIF89a", "image/png")}"/>'),
        "image/png",
    ),
    "processing instruction": (f'<?xml-stylesheet href="{TRIPWIRE}"?>{drawing("")}', "tripwire"),
    "comment": (drawing("<!-- payload-type:application/vnd.excalidraw+json -->"), "payload"),
    "giant number": (drawing('<path d="M1 1H1e300"/>'), "1e300"),
    "not a number": (drawing('<rect x="NaN" width="Infinity" height="9"/>'), "NaN"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_parts_are_dropped(name):
    source, part = HOSTILE[name]
    assert part in source
    clean = sanitize_svg(source).decode()
    assert part not in clean
    assert clean.startswith("<svg")


def bomb(levels: int) -> str:
    """Return a picture that draws 10 to the power of `levels` paths."""
    groups = '<g id="g0"><path d="M1 1"/></g>'
    for level in range(levels):
        groups += f'<g id="g{level + 1}">' + f'<use href="#g{level}"/>' * 10 + "</g>"
    return drawing(groups)


ENTITIES = '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
REFUSED = {
    "nothing": "",
    "text": "hello",
    "web page": "<html><svg/></html>",
    "unfinished": OPENING + ">",
    "entities": ENTITIES + drawing("<text>&b;</text>"),
    "outside entity": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{drawing("&a;")}',
    "repeated a million times": bomb(6),
    "inside itself": drawing('<g id="a"><use href="#a"/></g><use href="#a"/>'),
    "pattern inside itself": drawing(
        '<pattern id="a"><rect fill="url(#a)"/></pattern><rect fill="url(#a)"/>'
    ),
    "deep": drawing("<g>" * 100 + "</g>" * 100),
    "wide": drawing("", 'width="1e9" height="9"'),
    "no size": drawing("", 'width="0" height="9"'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_or_a_bomb_is_refused(name):
    with pytest.raises(InvalidRequest) as error:
        sanitize_svg(REFUSED[name])
    assert error.value.errors[0].pointer == "/svg"


def test_many_parts_and_pixels_are_refused(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_NODES", 20)
    sanitize_svg(drawing("<path/>" * 19))
    with pytest.raises(InvalidRequest):
        sanitize_svg(drawing("<path/>" * 20))
    image = f'<image href="{data_url(picture_bytes(size=(30, 20)), "image/png")}"/>'
    monkeypatch.setattr(pictures, "MAX_PIXELS", 1200)
    sanitize_svg(drawing(image * 2))
    with pytest.raises(InvalidRequest):
        sanitize_svg(drawing(image * 3))


def test_what_excalidraw_exports_is_kept():
    figure = drawing('<path d="M1 2L3 4" fill="#fff" stroke-linecap="round"/>')
    source = drawing(
        '<defs><style class="style-fonts">@font-face {}</style>'
        '<clipPath id="c"><rect x="0" y="0" width="16" height="9"/></clipPath></defs>'
        f'<symbol id="image-figure-12ab"><image width="100%" href="{data_url(figure.encode(), "image/svg+xml")}"/>'
        '</symbol><g clip-path="url(#c)" transform="translate(1.5 -2e-7) rotate(0 1 2)">'
        '<use href="#image-figure-12ab" width="9" height="9" opacity="1"/>'
        '<text x="0" y="14" font-family="Shantell Sans Variable, sans-serif" font-size="20px" fill="#1b2a33"'
        ' text-anchor="start" style="white-space: pre;" direction="ltr">Hello?  ů</text></g>',
        'version="1.1" viewBox="0 0 16 9" width="16" height="9"',
    )
    clean = sanitize_svg(source).decode()
    for kept in (
        'id="image-figure-12ab"',
        '<use width="9" height="9" opacity="1" href="#image-figure-12ab" />',
        'clip-path="url(#c)"',
        'transform="translate(1.5 -2e-7) rotate(0 1 2)"',
        'xml:space="preserve">Hello?  ů</text>',
        "data:image/svg+xml;base64,",
    ):
        assert kept in clean
    # Its letters come along, in a font for each of the two alphabets.
    assert (
        clean.count('@font-face{font-family:"Shantell Sans Variable";src:url(data:font/woff2') == 2
    )
    assert "U+16F}" in clean
    assert sanitize_svg(clean).decode() == clean


class TestUploads:
    def test_a_photo_is_encoded_again_without_metadata(self, world: SampleWorld):
        exif = Image.Exif()
        exif[0x010E] = "secret place"
        content = picture_bytes("JPEG", (8, 4), exif=exif.tobytes())
        picture = uploaded_picture_create(content=content, actor=world.alice.actor)
        assert (picture.width, picture.height, picture.file.media_type) == (8, 4, "image/jpeg")

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "svg"),
            (b"<svg onload='x()'/>", "svg"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "heic"),
            (b"not a picture", "picture"),
            (b"", "picture"),
        ],
    )
    def test_other_files_are_refused_with_the_reason(self, world: SampleWorld, content, code):
        with pytest.raises(InvalidRequest) as error:
            uploaded_picture_create(content=content, actor=world.alice.actor)
        assert error.value.errors[0].code == code
