"""What a person does in the workspace: writes, presses, fills in, closes, commands, comes home."""
