"""The README's table of settings and the environment variables that cxmap reads are the same."""

import re

from cxmap.env import ROOT

READ = re.compile(
    r"""(?:env\.\w+|\bstring|\bstring_list|environ\.get)\(\s*["']([A-Z][A-Z_]+)["']"""
)
EXPANDED = re.compile(r"\$\{([A-Z][A-Z_]+)[:-]")  # in a shell script
INTERNAL = {
    "CXMAP_TEST",  # set by the test suite
    "BASH_SOURCE",  # set by bash
}


def test_the_readme_has_every_environment_variable_that_is_read_and_no_other():
    modules = [path.read_text() for path in (ROOT / "cxmap").rglob("*.py")]
    scripts = [path.read_text() for path in (ROOT / "script").iterdir() if path.is_file()]
    read = {name for text in modules for name in READ.findall(text)}
    read |= {name for text in scripts for name in EXPANDED.findall(text)}
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    listed = {name for row in rows for name in re.findall("`([A-Z_]+)`", row)}
    assert read - INTERNAL == listed
