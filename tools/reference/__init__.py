"""Reference data: copies of public sources, and the rows of the rule data that are made from them."""
