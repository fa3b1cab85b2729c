"""Tables of the public archive and verification."""
