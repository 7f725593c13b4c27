"""Starting points for new journeys: built-in templates, a workspace's own, and the demo."""
