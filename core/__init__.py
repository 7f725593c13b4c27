"""Code that all apps share: errors, ids, tenancy, text, and base API views. No models."""
