"""Who may open which page of blind overlap: lodged in secret, shown only where all accept."""
