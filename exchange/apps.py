from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"
    page_urls = "exchange.urls"
    api_urls = "exchange.api"
