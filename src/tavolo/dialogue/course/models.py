"""Tables of a table's course: phases, calendar, suspensions."""
