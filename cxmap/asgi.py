"""ASGI entry point: uvicorn serves pages and API."""

import os
import warnings

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
# WhiteNoise sends files in chunks that Django under ASGI reads first: small, and no mistake.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
application = get_asgi_application()
