"""Pictures of the monitor, and what makes them."""
