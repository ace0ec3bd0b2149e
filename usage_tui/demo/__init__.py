"""The simulated service: real HTTP on loopback, seeded traffic."""
