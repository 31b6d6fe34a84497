"""The tables as one file of a database, to be queried where a folder of Parquet files is too much to ask."""
