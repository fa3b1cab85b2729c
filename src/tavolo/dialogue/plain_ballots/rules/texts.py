# ruff: noqa: E501 - sentences read better whole
"""The sentences of `words`, in Italian and English. A test asserts that both hold the same keys."""

from __future__ import annotations

BASES = {
    "it": {
        "voters": "di chi ha votato", "valid": "dei voti validi (senza bianche e nulle)",
        "entitled": "degli aventi diritto", "members": "dei componenti",
    },
    "en": {
        "voters": "of those who voted", "valid": "of valid votes (without blank and spoiled)",
        "entitled": "of those entitled", "members": "of the members",
    },
}  # fmt: skip
READINGS = {
    "it": {
        "more_than": "più del {share} {base}",
        "at_least": "almeno il {share} {base}",
        "share_plus_one": "il {share} più uno {base}",
    },
    "en": {
        "more_than": "more than {share} {base}",
        "at_least": "at least {share} {base}",
        "share_plus_one": "{share} plus one {base}",
    },
}
PARTS = {
    "it": {
        "no_quorum": "Nessun quorum: il risultato si calcola qualunque sia la partecipazione.",
        "quorum": "Quorum: deve votare {what}.",
        "no_majority": "Nessuna maggioranza generale: si mostrano voti e percentuali, decide chi ne ha titolo.",
        "no_majority_election": "Si mostrano i voti di ciascuna lista o candidatura.",
        "majority_approval": "Il testo è approvato se i sì sono {what}; fra più opzioni, se le raccoglie la più votata.",
        "majority_rejection": "Il testo è respinto se i no sono {what}.",
        "majority_election": "È eletto chi raccoglie {what}.",
        "blank_count": "Le schede bianche contano fra chi ha votato.",
        "turnout": "Hanno votato in {cast} su {entitled} aventi diritto ({percent}).",
        "kind_quorum": "Quorum", "kind_yes": "Voti favorevoli", "kind_no": "Voti contrari",
        "kind_option": "Voti dell'opzione più votata",
        "step": "{kind}: serve {what}, cioè {needed} su {of}. Contati: {have}; {ending}.",
        "step_missing": "{kind}: serve {what}, ma manca il numero su cui calcolarlo.",
        "reached": "soglia raggiunta, {margin} oltre il minimo",
        "not_reached": "soglia non raggiunta, ne mancano {missing}",
        "met": "Con i dati forniti: raggiunto.", "not_met": "Con i dati forniti: non raggiunto.",
        "unknown": "Con i dati forniti non si può dire.",
    },
    "en": {
        "no_quorum": "No quorum: the result is computed whatever the turnout.",
        "quorum": "Quorum: {what} must vote.",
        "no_majority": "No general majority: votes and shares are shown; whoever is entitled to decides.",
        "no_majority_election": "The votes of each list or candidate are shown.",
        "majority_approval": "The text is approved if yes votes are {what}; among options, if the most voted has them.",
        "majority_rejection": "The text is rejected if no votes are {what}.",
        "majority_election": "Who receives {what} is elected.",
        "blank_count": "Blank ballots count among those who voted.",
        "turnout": "{cast} of {entitled} people entitled voted ({percent}).",
        "kind_quorum": "Quorum", "kind_yes": "Votes in favour", "kind_no": "Votes against",
        "kind_option": "Votes of the most voted option",
        "step": "{kind}: {what} are needed, that is {needed} of {of}. Counted: {have}; {ending}.",
        "step_missing": "{kind}: {what} are needed, but the number to compute it from is missing.",
        "reached": "threshold reached, {margin} above the least",
        "not_reached": "threshold not reached, {missing} more were needed",
        "met": "With the figures given: reached.", "not_met": "With the figures given: not reached.",
        "unknown": "With the figures given it cannot be told.",
    },
}  # fmt: skip
RESULTS = {
    "it": {
        "approved": "Per questa regola il testo raccoglie la maggioranza richiesta.",
        "not_approved": "Per questa regola il testo non raccoglie la maggioranza richiesta.",
        "rejected": "Per questa regola i voti contrari bastano a respingere il testo.",
        "not_rejected": "Per questa regola i voti contrari non bastano a respingere il testo.",
        "no_quorum": "Per questa regola la partecipazione non raggiunge il quorum: il voto non produce l'effetto previsto.",
        "no_quorum_rejection": "Per questa regola la partecipazione non raggiunge il quorum: il voto non vale come rifiuto.",
        "quorum_reached": "La partecipazione richiesta è raggiunta.",
        "chosen": "L'opzione più votata, «{names}», raccoglie la maggioranza richiesta.",
        "not_chosen": "L'opzione più votata è «{names}», ma non raccoglie la maggioranza richiesta.",
        "tie": "Parità fra: {names}. La regola non dice chi prevale.",
        "no_rule": "Nessuna regola generale fissa una maggioranza: restano i voti contati.",
        "missing": "Il risultato non si può calcolare: manca un numero.",
        "no_rule_that_day": "In quel giorno questa regola non era in vigore.",
    },
    "en": {
        "approved": "By this rule the text has the majority asked for.",
        "not_approved": "By this rule the text does not have the majority asked for.",
        "rejected": "By this rule the votes against are enough to reject the text.",
        "not_rejected": "By this rule the votes against are not enough to reject the text.",
        "no_quorum": "By this rule turnout does not reach the quorum: the vote does not have the effect foreseen.",
        "no_quorum_rejection": "By this rule turnout does not reach the quorum: the vote does not count as a rejection.",
        "quorum_reached": "The turnout asked for is reached.",
        "chosen": "The most voted option, “{names}”, has the majority asked for.",
        "not_chosen": "The most voted option is “{names}”, but it does not have the majority asked for.",
        "tie": "A tie between: {names}. The rule does not say who prevails.",
        "no_rule": "No general rule sets a majority: what remains are the votes counted.",
        "missing": "The result cannot be computed: a figure is missing.",
        "no_rule_that_day": "On that day this rule was not in force.",
    },
}
CLOSING = {
    "it": "Tavolo calcola, cita la fonte e avverte: non dichiara la validità di un voto o di un accordo.",
    "en": "Tavolo computes, cites its source and warns: it does not declare a vote or an agreement valid.",
}
STATUSES = {
    "it": {
        "verified": "letto", "second hand": "letto in un testo pubblico che ne parla, atto non letto",
        "project notes": "dalle note del progetto, atto non letto",
        "from memory": "a memoria, da confermare", "agreed by the parties": "concordato fra le parti",
    },
    "en": {
        "verified": "read", "second hand": "read in a public text about it, act not read",
        "project notes": "from the project's notes, act not read",
        "from memory": "from memory, to be confirmed", "agreed by the parties": "agreed by the parties",
    },
}  # fmt: skip
WARNINGS = {
    "it": {
        "no_rule_that_day": "Il {day} questa regola non era in vigore: scegli un'altra regola o un altro giorno.",
        "no_general_majority": "Nessuna legge o accordo generale fissa una maggioranza per questo caso: conta la regola di ciascuna parte.",
        "missing_figure": "Manca un numero, necessario per il calcolo ({base}): chiedilo a chi lo ha e ripeti.",
        "disputed_plus_one": "«Più uno» di un numero dispari si legge in due modi: i {have} raggiungono il più usato, ma non i {literal} della lettura letterale.",
        "from_memory": "Fonte riportata a memoria il {day}, da confermare sul testo: {source}.",
        "second_hand": "Fonte letta il {day} in un testo pubblico che ne parla, non nell'atto: {source}.",
        "project_notes": "Fonte ripresa dalle note del progetto il {day}, senza leggere l'atto: {source}.",
        "other_reading": "{note} ({source})",
        "blank_matters": "Decidono le {number} schede bianche o nulle: contandole o no il risultato cambia. Verifica che cosa dice la regola.",
        "tie": "Parità fra {names}.",
        "other_rule": "Nello stesso giorno un'altra regola dice altro: «{name}». Verifica quale lega queste parti.",
        "nothing_on_file": "In archivio non c'è alcuna regola per questo caso: consulta l'accordo che lega le parti.",
        "request_unknown": "Non risulta se un voto è stato chiesto in tempo.",
        "vote_awaited": "Un voto è stato chiesto: si attende il risultato.",
    },
    "en": {
        "no_rule_that_day": "On {day} this rule was not in force: choose another rule or another day.",
        "no_general_majority": "No law or general agreement sets a majority for this case: each party's own rule counts.",
        "missing_figure": "A figure needed for the computation is missing ({base}): ask who holds it and repeat.",
        "disputed_plus_one": "“Plus one” of an odd number is read in two ways: {have} reach the usual one, but not the {literal} of the literal one.",
        "from_memory": "Source written from memory on {day}, to be confirmed on the text: {source}.",
        "second_hand": "Source read on {day} in a public text about it, not in the act: {source}.",
        "project_notes": "Source taken from the project's notes on {day}, the act itself not read: {source}.",
        "other_reading": "{note} ({source})",
        "blank_matters": "The {number} blank or spoiled ballots decide: counting them or not changes the result. Check what the rule says.",
        "tie": "A tie between {names}.",
        "other_rule": "On the same day another rule says otherwise: “{name}”. Check which one binds these parties.",
        "nothing_on_file": "No rule is on file for this case: consult the agreement that binds the parties.",
        "request_unknown": "It is not known whether a vote was asked for in time.",
        "vote_awaited": "A vote was asked for: its result is awaited.",
    },
}
REQUIREMENTS = {
    "it": {
        "members": "Approvazione della maggioranza dei componenti della RSU.",
        "delegations": "Approvazione delle RSA che insieme hanno la maggioranza delle deleghe.",
        "vote_on_request": "Voto dei lavoratori, se chiesto in tempo: non deve respingere l'accordo.",
        "vote": "Consultazione certificata delle lavoratrici e dei lavoratori, a maggioranza semplice.",
        "representation": "Chi firma rappresenta almeno il 50% più uno.",
        "admission": "Ciascun firmatario raggiunge la soglia di ammissione.",
        "own_rule": "Approvazione degli organi di ciascun sindacato, secondo le proprie regole.",
        "nothing_on_file": "Nessuna regola in archivio per questo caso.",
    },
    "en": {
        "members": "Approval by the majority of the RSU's members.",
        "delegations": "Approval by the RSA that together hold the majority of delegations.",
        "vote_on_request": "A workers' vote, if asked for in time: it must not reject the agreement.",
        "vote": "A certified consultation of workers, by simple majority.",
        "representation": "Those who sign represent at least 50% plus one.",
        "admission": "Each signatory reaches the threshold of admission.",
        "own_rule": "Approval by each union's own bodies, by their own rules.",
        "nothing_on_file": "No rule on file for this case.",
    },
}
