"""Who may open which page of agreements: texts, amendments, stances. Default is deny."""
