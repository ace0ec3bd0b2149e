"""The outside world: the service, the config, the keys."""
