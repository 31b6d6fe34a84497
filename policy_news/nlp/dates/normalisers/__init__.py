"""One function for each kind of date pattern."""
