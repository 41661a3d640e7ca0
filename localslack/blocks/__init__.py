"""Block Kit as Slack takes it: what is judged before a message or a view is accepted."""
