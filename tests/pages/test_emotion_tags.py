import re

from pages.templatetags.emotion_tags import emotion_sparkline

VALUES = [1, 0.5, None, None, -1, -2, None, 2]


def test_a_sparkline_has_a_gap_for_missing_values_and_a_dot_at_the_lowest():
    drawn = emotion_sparkline(VALUES, 160, 40)
    (line,) = re.findall(r'class="curve-line"[^>]* d="([^"]+)"', drawn)
    assert re.findall(r"M[\d. ]+", line) == ["M5 12.5", "M90.7 27.5"]  # the last step is alone
    assert re.findall(r'cx="([^"]+)" cy="([^"]+)"', drawn) == [("112.1", "35")]
    assert "curve-compared" not in drawn


def test_another_journey_is_drawn_beside_it():
    drawn = emotion_sparkline([0, 1], 120, 40, [1, -1, 1])
    assert re.findall(r'class="curve-compared" d="(M[\d. ]+)C', drawn) == ["M5 12.5"]


def test_a_sparkline_without_emotions_has_only_the_neutral_line():
    drawn = emotion_sparkline([None, None])
    assert re.findall(r'class="([^"]+)"', drawn) == ["curve", "curve-zero"]
