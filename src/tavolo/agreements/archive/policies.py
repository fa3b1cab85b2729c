"""Who may open which page of the public archive and verification."""
