"""Companies, ministers, committees, claims and dates from policy news."""
