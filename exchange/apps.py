from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig

from exchange import formats


class ExchangeConfig(AppConfig):
    name = "exchange"
    page_urls = "exchange.urls"
    api_urls = "exchange.api"

    def ready(self) -> None:
        """Import the modules in formats/, which register their formats."""
        for module in iter_modules(formats.__path__, f"{formats.__name__}."):
            import_module(module.name)
