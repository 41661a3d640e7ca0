"""Two programs that know nothing of this project: bots as slack-bolt's documentation has one write them."""
