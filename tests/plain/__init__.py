"""Plain cases, as tables that a linguist can read and extend: sentence frames, names and quotation marks."""
