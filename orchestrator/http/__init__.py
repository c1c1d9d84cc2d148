"""What the orchestrator answers over HTTP without transcoding, behind Envoy: APIs whose form is not ours."""
