"""Queries about touchpoints that several modules share. Call them inside tenant_scope()."""

from core.search import NameSearch, SearchName

CHANNEL_SEARCH = NameSearch("api_channel_search", SearchName("name"), lambda channel: "")
