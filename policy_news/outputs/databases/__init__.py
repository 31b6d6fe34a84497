"""The tables as one database file, for users who do not want to read a folder of Parquet files."""
