"""Who may open which page of states, initialling and signature."""
