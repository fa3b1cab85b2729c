"""Tables of what awaits me, search, activity, digests."""
