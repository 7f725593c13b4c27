"""`{% load map_tags %}`: marks in the map's SVG drawings."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.emotion_faces import MOUTH_PATHS
from pages.map_layout import EmotionPoint, num
from touchpoints.models import Emotion

register = template.Library()


@register.simple_tag
def map_face(point: EmotionPoint) -> SafeString:
    """Render the face at a point of the emotion curve, on a ring in the color of the background."""
    value = Emotion.nearest(point.value)
    return format_html(
        '<g class="face e{}" transform="translate({} {})"><circle class="map-ring" cx="12" cy="12"'
        ' r="13"/><circle cx="12" cy="12" r="10.2"/><path d="{}"/>'
        '<circle class="eye" cx="8.8" cy="10.4" r="1.35"/>'
        '<circle class="eye" cx="15.2" cy="10.4" r="1.35"/></g>',
        value,
        num(point.x - 12),
        num(point.y - 12),
        MOUTH_PATHS[value],
    )
