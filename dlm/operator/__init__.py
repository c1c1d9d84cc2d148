"""The operator: what is declared in Kubernetes, done by the DLM's own use cases."""
