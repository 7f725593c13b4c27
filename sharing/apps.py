from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "sharing"
    api_urls = "sharing.api"
