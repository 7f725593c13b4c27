from django.apps import AppConfig


class JourneyTemplatesConfig(AppConfig):
    name = "journey_templates"
