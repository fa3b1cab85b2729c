"""Tables of terms of life, joint bodies, deposit."""
