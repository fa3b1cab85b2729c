"""Who may open which page of participants' statements, moderation, languages, what became of it."""
