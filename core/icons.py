"""The icon names that departments and channels can use."""

import re
from functools import cache

from django.conf import settings


@cache
def icon_names() -> frozenset[str]:
    """Return the available names. To add an icon, edit frontend/icons.json and run `npm run vendor`."""
    sprite = (settings.ROOT / "static" / "icons.svg").read_text()
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))
