"""Who may open which page of meetings, minutes, communiqués and documents."""
