"""What all components share: start-up, settings, errors, access, logs, channels. Nothing about knowledge."""
