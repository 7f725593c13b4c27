{# Swagger UI uses its own class for dark mode. Set it from the theme of the page. #}
const { dataset, classList } = document.documentElement;
const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
classList.toggle("dark-mode", dataset.theme === "dark" || (dataset.theme === "system" && isDark));
{% include "drf_spectacular/swagger_ui.js" %}
