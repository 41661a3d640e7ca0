"""Files: what is kept, who may see it, how it goes up and comes down."""
