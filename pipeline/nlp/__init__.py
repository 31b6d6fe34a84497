"""The spaCy side: factories and the pure functions behind them. Never sees tables or stages."""
