"""Template tags for the language of a page."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def browser_catalog() -> SafeString:
    """Return the script tag for the browser's translations, or "" if the page is in English."""
    language = get_language()
    if language in (None, settings.LANGUAGE_CODE):
        return SafeString()
    return format_html('<script src="{}"></script>', static(f"catalogs/{language}.js"))
