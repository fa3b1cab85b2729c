"""Tables of commitments and their follow-up."""
