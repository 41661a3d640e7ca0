"""How the app is reached: sockets, signed requests, and the queue of events on their way."""
