"""One verb a file, one whole stage a verb."""
