"""Who may open which page of what awaits me, search, activity, digests."""
