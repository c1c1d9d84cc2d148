"""The REST API in OpenAPI's form and as a page, which `make generate` writes beside the generated code."""
