#!/usr/bin/env python
"""Django's command line. `script/manage` runs it against the instance of this checkout."""

import os
import sys

from django.core.management import execute_from_command_line

from cxmap.local.__main__ import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cxmap.settings")
    if sys.argv[1:] == ["up"]:  # brings its own engines
        sys.exit(main(sys.argv[1:]))
    execute_from_command_line(sys.argv)
