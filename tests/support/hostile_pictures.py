"""SVG pictures that try to act, to load something, or to exhaust a browser."""

import base64

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
