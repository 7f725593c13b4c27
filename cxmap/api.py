"""Everything under /api/: the routes of all apps, and the OpenAPI description."""

import gzip
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.app_configs import declared
from cxmap.middleware import accepts_gzip


class RootAPIView(APIView):
    """The entry points of the API."""

    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        build = request._request.build_absolute_uri
        return Response(
            {
                "docs": build(reverse("api_docs")),
                "openapi": build(reverse("api_schema")),
                "problems": build(reverse("api_problems")),
                "me": build(reverse("api_me")),
            }
        )


@dataclass(frozen=True)
class SchemaDocument:
    """A rendered OpenAPI description."""

    plain: bytes
    compressed: bytes
    etag: str  # weak: shared by the plain and the compressed form


_schema_lock = Lock()  # drf-spectacular cannot build two descriptions at once


def schema_document() -> SchemaDocument:
    """Return the OpenAPI description. It is built by the first call and then cached."""
    with _schema_lock:
        return build_schema_document()


@cache
def build_schema_document() -> SchemaDocument:
    with translation.override(settings.LANGUAGE_CODE):  # not the first reader's language
        schema = SchemaGenerator().get_schema(public=True)
    plain = OpenApiJsonRenderer2().render(schema, renderer_context={})
    return SchemaDocument(plain, gzip.compress(plain), f'W/"{sha256(plain).hexdigest()[:32]}"')


class SchemaView(SpectacularAPIView):
    """The OpenAPI description. It is public."""

    authentication_classes = ()
    renderer_classes = (OpenApiJsonRenderer2,)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        made = schema_document()
        response = HttpResponse(content_type=OpenApiJsonRenderer2.media_type)
        if accepts_gzip(request._request):
            response.content, response["Content-Encoding"] = made.compressed, "gzip"
        else:
            response.content = made.plain
        response["ETag"] = made.etag
        patch_vary_headers(response, ["Accept-Encoding"])
        unchanged = get_conditional_response(request._request, etag=made.etag, response=response)
        return unchanged or response


class ApiDocsView(SpectacularSwaggerSplitView):
    """Swagger UI for the OpenAPI description. Its script is a separate file, for the strict CSP."""

    authentication_classes = ()
    template_name = "api_docs.html"
    template_name_js = "api_docs.js"
    url_name = "api_schema"


urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(urls)) for urls in declared("api_urls")),
    path("openapi.json", SchemaView.as_view(), name="api_schema"),
]
root, docs = RootAPIView.as_view(), ApiDocsView.as_view()
