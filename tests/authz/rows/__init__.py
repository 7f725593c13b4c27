"""The rows of the authorization matrix: a module for each app, with its `ROWS`."""
