"""Mail: conversations with customers, what was written in them, and who is not to be written to."""
