{# The library's page knows the dark by a class of its own. #}
const { dataset, classList } = document.documentElement;
const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
classList.toggle("dark-mode", dataset.theme === "dark" || (dataset.theme === "system" && isDark));
{% include "drf_spectacular/swagger_ui.js" %}
