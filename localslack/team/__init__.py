"""Who works here, where they meet, and what changes about that."""
