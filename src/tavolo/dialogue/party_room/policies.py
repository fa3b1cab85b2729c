"""Who may open which page of party rooms: notes, drafts, positions, controlled release."""
