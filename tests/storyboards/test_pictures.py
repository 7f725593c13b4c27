"""Pictures of frames: what is kept of an SVG, and what a hostile one can't do."""

import pytest
from PIL import Image

from core.errors import InvalidRequest
from storyboards import svg as pictures
from storyboards.pictures import uploaded_picture_create
from storyboards.svg import sanitize_svg
from tests.support.factories import SampleWorld
from tests.support.hostile_pictures import HOSTILE, REFUSED, data_url, drawing
from tests.support.pictures import picture_bytes


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_parts_are_dropped(name):
    source, part = HOSTILE[name]
    assert part in source
    clean = sanitize_svg(source).decode()
    assert part not in clean
    assert clean.startswith("<svg")


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
        clean.count('@font-face{font-family:"Shantell Sans Variable";src:url(data:font/woff;') == 2
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
