"""What a new journey begins from: built-in templates, the workspace's own, and the demo."""
