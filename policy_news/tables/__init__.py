"""The tables: schema, Parquet, commit, what notebooks load."""
