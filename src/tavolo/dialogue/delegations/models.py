"""Tables of delegations, mandates, the joint secretariat and joint decisions."""
