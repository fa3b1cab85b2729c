"""Who may open which page of plain ballots: yes or no, options, majorities with dated rules."""
