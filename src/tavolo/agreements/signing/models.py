"""Tables of states, initialling and signature."""
