from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"
    page_urls = "pages.urls"
