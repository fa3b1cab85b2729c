"""Who may open which page of delegations, mandates, the joint secretariat and joint decisions."""
