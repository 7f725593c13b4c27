"""Time and memory of the child process that renders a storyboard as PDF.

    script/bench storyboard_pdf [--frames 100] [--per-page 6] [--repeat 3]

The baseline is Typst with only the same pictures, one after the other, in a child process of the
same kind. Both take turns.
"""

import argparse
import resource
import struct
import time
from collections.abc import Callable
from typing import Any

import typst
from django.utils import timezone

from core.child_process import Limits, run_in_child_process
from core.design_tokens import LIGHT
from core.emotion_faces import MOUTH_PATHS, face_svg
from exchange.render.pdf import Panel, StoryboardSheet, render_storyboard
from exchange.render.picture_fonts import FONTS_DIR, with_render_fonts

LIMITS = Limits(megabytes=4096, seconds=300)
PLACES = ("lobby", "street")
USAGE = struct.Struct("dd")
TEXT = "Three o’clock comes and goes, and the room is still being cleaned. "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--per-page", type=int, default=6)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    pictures = [picture(number) for number in range(options.frames)]
    print(f"{options.frames} pictures, {sum(map(len, pictures)) / 1e6:.1f} MB of SVG")
    sheet = sheet_of(pictures, options.per_page)
    ours, bare = [], []
    for _ in range(options.repeat):
        ours.append(measured(render_storyboard, sheet))
        bare.append(measured(render_bare, [with_render_fonts(svg) for svg in pictures]))
    for name, runs in (("storyboard", ours), ("bare Typst", bare)):
        seconds, megabytes, size = min(runs)
        print(f"{name}: {seconds:.2f} s, {megabytes:.0f} MB, PDF of {size / 1e6:.1f} MB")
    print(f"ratio {min(ours)[0] / min(bare)[0]:.2f}")


def picture(number: int) -> str:
    """Return a different picture for each number: a place, three figures and a speech bubble."""
    # Only here, because the child process imports this module without Django.
    from storyboards.drawing_svg import drawing_svg
    from storyboards.scenes import compose
    from storyboards.svg import sanitize_svg

    place = PLACES[number % len(PLACES)]
    cast = {
        str(who): {"look": {"skin": (number + who) % 6, "age": "adult", "body": "slim"}}
        for who in range(3)
    }
    figures = [[str(who), "stand", (number + who) % 5 - 2, 0.2 + who * 0.3] for who in range(3)]
    scene = {
        "place": place,
        "size": "wide",
        "figures": figures,
        "bubbles": [["speech", "1", f"This is frame {number}"]],
    }
    return sanitize_svg(drawing_svg(compose(scene, cast))).decode()


def sheet_of(pictures: list[str], per_page: int) -> StoryboardSheet:
    panels = [
        Panel(
            number,
            svg,
            alt=TEXT,
            place="Arrive · Check in",
            face="-2",
            feeling="Let down",
            caption="Room isn’t ready",
            speech="But you said three o’clock",
            description=TEXT,
            notes=TEXT,
        )
        for number, svg in enumerate(pictures, 1)
    ]
    return StoryboardSheet(
        title="A night at Harbour House",
        subtitle="Nora",
        language="en",
        is_right_to_left=False,
        made_at=timezone.now(),
        panels=tuple(panels),
        labels={"notes": "Notes", "empty": "Not drawn yet"},
        faces={str(level): face_svg(level) for level in MOUTH_PATHS},
        colors=LIGHT,
        per_page=per_page,
    )


def render_bare(pictures: list[str]) -> bytes:
    names = {f"picture{number}": svg for number, svg in enumerate(pictures)}
    images = "".join(f'#image(bytes(sys.inputs.{name}), format: "svg")\n' for name in names)
    fonts = typst.Fonts(font_paths=[str(FONTS_DIR)])
    return typst.compile(images.encode(), sys_inputs=names, font_paths=fonts, format="pdf")


def measured(render: Callable[..., bytes], argument: Any) -> tuple[float, float, int]:
    """Render in a child process. Return the seconds, the child's megabytes, and the bytes of the PDF."""
    started = time.perf_counter()
    answer = run_in_child_process(render_and_measure, render, argument, limits=LIMITS)
    seconds = time.perf_counter() - started
    kilobytes, size = USAGE.unpack(answer)
    return seconds, kilobytes / 1024, int(size)


def render_and_measure(render: Callable[..., bytes], argument: Any) -> bytes:
    content = render(argument)
    return USAGE.pack(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, len(content))


if __name__ == "__main__":
    # From its module, which the child process can import.
    from bench import storyboard_pdf

    storyboard_pdf.main()
