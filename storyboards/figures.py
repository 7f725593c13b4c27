"""Draw people for storyboards from parameters.

The twin of this module, frontend/src/storyboard/art/figures.ts, returns the same SVG.

The shapes are in frontend/src/storyboard/art/figures.json. Adults are a little over 1,000 units tall; y is 0 on
the ground and grows downwards. People face right, slightly.
"""

import json
from functools import cache
from typing import Any

from django.conf import settings

from .ink import INK, Place, Point, Shape, distance, drawing, pairs, shape_svg, text_hash

SIZE = 0.25  # pixels per unit
MOOD_MAX = 2
FLAGS = ("headscarf", "glasses", "wheelchair", "stick")


@cache
def art() -> dict[str, Any]:
    """Return the parsed art file."""
    path = settings.ROOT / "frontend/src/storyboard/art/figures.json"
    data: dict[str, Any] = json.loads(path.read_text())
    return data


def choice(choices: list[str], value: object) -> str:
    """Return the value if it's one of the choices, or else the first choice."""
    return value if isinstance(value, str) and value in choices else choices[0]


def whole(value: object, low: int, high: int, default: int) -> int:
    return (
        value
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        else default
    )


def between(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


class Figure:
    """A figure to draw. `look` is the person's appearance, and `acting` has the mood, the pose and `flip`.

    Missing or unknown values are replaced with defaults.
    """

    def __init__(self, look: dict[str, Any], acting: dict[str, Any]) -> None:
        self.art = art()
        self.look = {
            name: choice(choices, look.get(name)) for name, choices in self.art["look"].items()
        }
        self.flags = [name for name in FLAGS if look.get(name) is True]
        self.skin = whole(look.get("skin"), 0, len(self.art["skins"]) - 1, 1)
        self.mood = whole(acting.get("mood"), -MOOD_MAX, MOOD_MAX, 0)
        self.pose_name = choice(list(self.art["poses"]), acting.get("pose"))
        self.flip = acting.get("flip") is True
        self.age = self.art["ages"][self.look["age"]]
        self.body = self.art["bodies"][self.look["body"]]
        self.pose = self.art["poses"][self.pose_name]
        self.legs = "wheelchair" if "wheelchair" in self.flags else self.pose.get("legs", "stand")
        self.seat = self.art["seats"].get(self.legs, 0)
        self.limb_size = self.age["limb"] * self.body["limb"]
        colors = self.art["colors"]
        self.colors = {
            **colors,
            **self.art["fixed_colors"],
            "ink": INK,
            "skin": self.art["skins"][self.skin],
            "hair": self.art["hair_colors"][self.look["hair_color"]],
            **{name: colors[self.look[name]] for name in ("top", "bottom", "accent")},
        }
        self.parts = ""

    def id(self) -> str:
        """Return an id. Figures that look the same in a drawing have the same id."""
        values = [
            *self.look.values(),
            *self.flags,
            self.skin,
            self.mood,
            self.pose_name,
            "flip" if self.flip else "",
        ]
        text = " ".join(str(value) for value in values)
        return f"figure-{text_hash(text):08x}{text_hash(f'{text} {text}'):08x}"

    def svg(self) -> str:
        art, look = self.art, self.look
        self.parts = ""
        if "wheelchair" in self.flags:
            self.draw("wheelchair back", art["wheelchair_back"], self.on_ground)
        if "headscarf" not in self.flags:
            self.draw("hair back", art["hair_back"].get(look["hair"], []), self.on_head)
        self.arms(in_front=False)
        for index, leg in enumerate(art["legs"][self.legs]):
            self.leg(f"leg {index}", leg)
        self.draw("neck", art["neck"], self.on_body, self.age["scale"])
        self.draw("torso", art["torso"][look["clothes"]], self.on_body)
        self.head()
        self.arms(in_front=True)
        if "wheelchair" in self.flags:
            self.draw("wheelchair front", art["wheelchair_front"], self.on_ground)
        content = f'<g transform="scale(-1 1)">{self.parts}</g>' if self.flip else self.parts
        return drawing(art["frame"], content, SIZE)

    def draw(self, name: str, shapes: list[Shape], place: Place, scale: float = 1) -> None:
        for index, shape in enumerate(shapes):
            self.parts += shape_svg(shape, place, self.colors, f"{name} {index}", scale)

    def on_ground(self, x: float, y: float) -> Point:
        return x * self.age["scale"], y * self.age["scale"]

    def on_body(self, x: float, y: float) -> Point:
        """Convert a point on the upper body to the figure's coordinates, by the figure's width, lean and seat."""
        if self.seat:
            x, y = min(max(x, -156), 156), min(y, -368)
        hip, shoulder = self.art["hip"], self.art["shoulder"]
        height = (hip - y) / (hip - shoulder)
        x = x * self.body["width"] + height * (self.pose.get("lean", 0) + self.age["lean"])
        return self.on_ground(
            x, y + height * (self.pose.get("drop", 0) + self.age["drop"]) + self.seat
        )

    def on_head(self, x: float, y: float) -> Point:
        """Convert a point on the head to the figure's coordinates, by the head's tilt and nod.

        The unit of the point is 1/100 of the head's radius.
        """
        neck = self.on_body(0, self.art["shoulder"])
        nod = self.pose.get("nod", [0, 0])
        ahead, down = self.on_ground(nod[0] + self.age["nod"][0], nod[1] + self.age["nod"][1])
        cos, sin = self.pose.get("tilt", [1, 0])
        size = self.age["head"] / 100
        center_x, center_y = neck[0] + ahead, neck[1] + down - self.age["head"] * 1.2
        return center_x + size * (cos * x - sin * y), center_y + size * (sin * x + cos * y)

    def on_hand(self, elbow: Point, hand: Point, mirror: int) -> Place:
        """Return a function that converts a point on a hand to the figure's coordinates.

        On the hand, x points away from the elbow, and y away from the thumb. For the other hand, `mirror` is -1.
        """
        length = distance(elbow, hand) or 1
        cos = (hand[0] - elbow[0]) / length * self.limb_size
        sin = (hand[1] - elbow[1]) / length * self.limb_size
        return lambda x, y: (
            hand[0] + cos * x - sin * y * mirror,
            hand[1] + sin * x + cos * y * mirror,
        )

    def upright(self, origin: Point, mirror: int = 1) -> Place:
        """Return a function that converts a point relative to `origin` to the figure's coordinates.

        The function scales the point like the figure's limbs, and doesn't rotate it.
        """
        return lambda x, y: (
            origin[0] + x * mirror * self.limb_size,
            origin[1] + y * self.limb_size,
        )

    def limb(
        self, name: str, joints: list[Point], color: str, width: float, kind: str = "tube"
    ) -> None:
        shape: Shape = {"fill": color, kind: width * self.limb_size, "ink": 15}
        shape["points"] = [number for joint in joints for number in joint]
        self.draw(name, [shape], lambda x, y: (x, y))

    def arms(self, in_front: bool) -> None:
        for side, mirror in (("left", -1), ("right", 1)):
            if self.pose[side].get("front", False) == in_front:
                self.arm(side, mirror, self.pose[side])

    def arm(self, side: str, mirror: int, arm: dict[str, Any]) -> None:
        shoulder = self.on_body(mirror * 112, -668)
        has_stick = "stick" in self.flags and "stick" in arm and not self.seat
        points = self.art["stick_arm"] if has_stick else arm["points"]
        moves = [self.on_ground(x, y) for x, y in pairs(points)]
        joints = [(shoulder[0] + x, shoulder[1] + y) for x, y in moves]
        if "end" in arm:
            place = self.on_head if arm["on"] == "head" else self.on_body
            joints.append(place(*arm["end"]))
        elbow, hand = joints
        is_short = self.look["clothes"] in self.art["short_sleeves"]
        color, width = ("skin", 74) if is_short else ("top", 84)
        start = between(shoulder, elbow, 0.3) if is_short else shoulder
        if arm.get("folded"):
            self.limb(f"{side} arm", [start, elbow], color, width)
            self.limb(f"{side} forearm", [elbow, hand], color, width, "capsule")
        else:
            self.limb(f"{side} arm", [start, elbow, hand], color, width)
        if is_short:
            self.limb(f"{side} sleeve", [shoulder, between(shoulder, elbow, 0.62)], "top", 90)
        if has_stick:
            self.stick(hand)
        self.draw(f"{side} held", self.art["held"].get(arm.get("held"), []), self.upright(hand))
        thumb = -mirror if arm.get("inward") else mirror
        self.draw(f"{side} hand", self.art["hands"][arm["hand"]], self.on_hand(elbow, hand, thumb))

    def stick(self, hand: Point) -> None:
        x, y = hand
        points = [x + 34, y - 16, x, y - 40, x - 24, y - 10, x - 44, 36]
        self.draw(
            "stick",
            [{"ink": 28, "pen": "stick", "open": True, "points": points}],
            lambda x, y: (x, y),
        )

    def leg(self, name: str, leg: dict[str, Any]) -> None:
        joints = [self.on_ground(x * self.body["width"], y) for x, y in pairs(leg["points"])]
        self.draw(f"{name} foot", self.art["foot"], self.upright(joints[-1], leg["foot"]))
        if self.look["clothes"] in self.art["bare_legs"]:
            self.limb(name, joints, "skin", 82)
        else:
            self.limb(name, joints, "bottom", 100)
        if self.seat and self.look["clothes"] in self.art["laps"]:
            self.limb(f"{name} lap", joints[:2], "top", 112)

    def head(self) -> None:
        art, look = self.art, self.look
        self.draw("head", art["head"], self.on_head)
        self.draw("beard", art["beards"][look["beard"]], self.on_head)
        if "headscarf" in self.flags:
            self.draw("headscarf", art["headscarf"], self.on_head)
        else:
            self.draw("hair", art["hair"][look["hair"]], self.on_head)
        self.draw("face", art["face"], self.on_head)
        self.draw("mood", art["moods"][self.mood + MOOD_MAX], self.on_head)
        if look["age"] == "older":
            self.draw("wrinkles", art["wrinkles"], self.on_head)
        if "glasses" in self.flags:
            self.draw("glasses", art["glasses"], self.on_head)


def figure_svg(look: dict[str, Any], acting: dict[str, Any]) -> str:
    """Return a standalone SVG of a figure. Missing or unknown values are replaced with defaults."""
    return Figure(look, acting).svg()


def figure_id(look: dict[str, Any], acting: dict[str, Any]) -> str:
    """Return the file id of a figure's picture in drawings. Equal pictures have the same id."""
    return Figure(look, acting).id()
