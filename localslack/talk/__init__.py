"""What is said: messages, threads, what only one person sees, what is still being written."""
