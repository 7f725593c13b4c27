"""Pictures of whole maps: geometry here, without database or templates."""
