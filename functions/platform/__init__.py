"""The product's own pages: health, the API's description, the event catalogue."""
