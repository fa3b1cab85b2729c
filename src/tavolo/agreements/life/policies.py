"""Who may open which page of terms of life, joint bodies, deposit."""
