from django.apps import AppConfig


class CxmapConfig(AppConfig):
    name = "cxmap"
