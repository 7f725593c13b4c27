"""The names of icons, which departments and channels choose from."""

import re
from functools import cache

from django.conf import settings


@cache
def icon_names() -> frozenset[str]:
    """Return the icons there are. A new one goes into frontend/icons.json (npm run vendor)."""
    sprite = (settings.ROOT / "static" / "icons.svg").read_text()
    return frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))
