"""Tables of meetings, minutes, communiqués and documents."""
