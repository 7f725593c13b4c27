"""Share links, which show one journey to people without a login."""
