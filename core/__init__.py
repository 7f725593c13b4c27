"""What every app shares: errors, ids, tenancy, text, and the bases of endpoints. No models."""
