"""`python -m policy_news`; in a clone also `python -m pipeline`."""

from pipeline.cli.main import main

main()
