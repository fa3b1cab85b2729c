"""Tables of party rooms: notes, drafts, positions, controlled release."""
