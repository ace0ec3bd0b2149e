"""A terminal monitor for ScraperAPI accounts."""

__version__ = "0.1.0"
