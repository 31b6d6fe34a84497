"""From bytes to a document: readers, layout, masks, exact offsets."""
