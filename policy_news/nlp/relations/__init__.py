"""How claims relate: which report one statement, which deny, answer or support another, and which documents are copies."""
