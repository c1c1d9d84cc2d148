"""The gatekeeper: who may come in, and to which host a request for one agent goes."""
