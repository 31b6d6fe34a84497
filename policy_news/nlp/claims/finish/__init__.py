"""From drafts to claims."""
