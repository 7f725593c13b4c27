from django.apps import AppConfig


class JourneyTemplatesConfig(AppConfig):
    name = "journey_templates"
    api_urls = "journey_templates.api"
