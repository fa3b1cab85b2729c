"""Who may open which page of a table's course: phases, calendar, suspensions."""
