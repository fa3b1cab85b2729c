"""Who may open which page of commitments and their follow-up."""
