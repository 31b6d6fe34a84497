"""Measures what each predicate, step and number of the rules is good for."""
