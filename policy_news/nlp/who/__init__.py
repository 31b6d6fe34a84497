"""Who is who: evidence around a name, what a document makes of its names, what the corpus makes of the documents."""
