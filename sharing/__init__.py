"""Share links, with which people without a login can see one journey."""
