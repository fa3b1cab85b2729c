"""Tables of participants' statements, moderation, languages, what became of it."""
