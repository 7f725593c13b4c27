"""Share links: a way in to one journey for people without a login."""
