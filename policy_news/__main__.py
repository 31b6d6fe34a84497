"""`python -m policy_news`."""

from policy_news.cli.main import main

main()
