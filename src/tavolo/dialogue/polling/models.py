"""Tables of credentials, assemblies, paper ballots, the record of the count."""
