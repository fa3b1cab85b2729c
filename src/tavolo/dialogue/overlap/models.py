"""Tables of blind overlap: lodged in secret, shown only where all accept."""
