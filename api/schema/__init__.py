"""The API's own description (OpenAPI 3.1), written from what the views declare."""
