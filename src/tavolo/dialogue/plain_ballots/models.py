"""Tables of plain ballots: yes or no, options, majorities with dated rules."""
