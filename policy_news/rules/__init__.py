"""The rule data: what their files may hold, how they are read, the names in them."""
