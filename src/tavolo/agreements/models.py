"""Tables of agreements: texts, amendments, stances."""
