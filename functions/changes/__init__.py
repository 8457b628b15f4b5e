"""What follows from every stored change: events on the bus, history, search rows."""
