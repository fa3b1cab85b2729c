"""Who may open which page of credentials, assemblies, paper ballots, the record of the count."""
