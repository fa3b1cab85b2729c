"""Every field of words or bytes in the parts of tables and agreements, and whom it is for.

A new field needs a line here.

- `private <canary>`: a party's, a meeting's or a person's own; the canary of that name is searched for.
- `sealed <test>`: encrypted, or a digest: no word can be planted in it; the test named attacks it.
- `shared <with whom>`: meant to be read by those named; `code` is a fixed word of the program.

Fields with choices carry no words and have no line; what may be known of them is in the state machine.
"""

from __future__ import annotations

TABLE = "shared with those who see the table"
SITTING = "shared with delegations and secretariat"
EVERYBODY = "shared with everybody once published"
CODE = "shared code"
DIGEST = "shared digest of what stands elsewhere"

SIGNED = "shared with those who see the agreement: the table, everybody once it is signed"
# What every act on a frozen text carries: who acted, under which mandate's digest, warned of what.
ACT = {"hash": DIGEST, "name": SIGNED, "office": SIGNED, "mandate": DIGEST, "warning": SITTING}

DECIDED: dict[str, dict[str, str]] = {
    "delegations.jointdecision": {"kind": CODE, "title": SITTING, "content": SITTING},
    "delegations.answer": {"reason": SITTING},
    "delegations.mandate": {"digest": "sealed tests/dialogue/delegations/test_mandates.py"},
    "delegations.mandatecontent": {
        "scope": "private mandate: scope", "organ": "private mandate: organ",
        "ratified_by": "private mandate: ratified_by",
        "document_name": "private mandate: document, its name and content",
        "salt": "sealed tests/dialogue/delegations/test_mandates.py",
    },
    "delegations.redline": {"text": "private mandate: red line"},
    "delegations.revocation": {"reason": TABLE},
    "delegations.departure": {"statement": SITTING},
    "delegations.invitedseat": {"refused": "shared with those who compose the delegation"},
    "course.course": {"blueprint": CODE, "reference": TABLE},
    "course.phase": {"title": TABLE, "acts": TABLE},
    "course.passage": {"reason": TABLE},
    "course.invited": {"side": CODE, "reason": SITTING},
    "course.entry": {"title": SITTING, "text": SITTING, "place": SITTING},
    "course.interruption": {"text": TABLE, "end_text": TABLE},
    "course.noagreement": {"points": SITTING, "frozen": SITTING},
    "course.partystatement": {"text": SITTING},
    "course.feedkey": {
        "token_hash": "sealed tests/dialogue/course/test_calendar.py", "last_four": "shared with its owner",
    },
    "meetings.point": {"title": SITTING, "text": SITTING, "origin_kind": CODE, "origin_label": SITTING},
    "meetings.meeting": {
        "title": "private restricted meeting: title", "place": "private restricted meeting: place",
        "link": "private restricted meeting: link", "note": "private restricted meeting: note",
        "urgent_reason": "private restricted meeting: reason for short notice",
        "cancel_reason": "private restricted meeting: reason for calling it off",
    },
    "meetings.agendaitem": {
        "title": "private restricted meeting: title of the agenda",
        "text": "private restricted meeting: text of the agenda", "source_kind": CODE,
    },
    "meetings.attendance": {
        "name": "private restricted meeting: guest", "party_name": SITTING, "role": CODE,
    },
    "meetings.decision": {"text": "private restricted meeting: decision"},
    "meetings.minutesversion": {"content": "private restricted meeting: minutes", "sha256": DIGEST},
    "meetings.answer": {
        "text": "private restricted meeting: correction asked", "name": SITTING, "role": CODE,
    },
    "meetings.communiqueversion": {
        "title": "private own communiqué: title", "text": "private own communiqué: text", "sha256": DIGEST,
    },
    "meetings.communiqueapproval": {"name": SITTING},
    "meetings.document": {"title": "private restricted meeting: document's title"},
    "meetings.documentversion": {"note": "private restricted meeting: document's note"},
    # The search's copy of titles and texts: the canaries of meetings stand in it.
    "meetings.entry": {
        "kind": CODE, "title": "private restricted meeting: title",
        "text": "private restricted meeting: text of the agenda",
        "words": "private restricted meeting: text of the agenda",
    },
    "party_room.draft": {"title": "private room: draft title"},
    "party_room.draftversion": {
        "title": "private room: draft title", "text": "private room: draft text",
        "remark": "private room: remark on a version", "sha256": DIGEST,
    },
    "party_room.note": {"text": "private room: note"},
    "party_room.roomfile": {
        "name": "private room: file name", "remark": "private room: remark on a file",
    },
    "party_room.point": {
        "title": "private title of a point of one's own",
        "description": "private description of a point of one's own",
    },
    "party_room.position": {"condition": "private condition held", "motivation": "private motivation"},
    "party_room.lodgedposition": {"condition": SITTING},
    "party_room.release": {
        "title": "private released to one party", "text": "private released to one party",
        "sha256": DIGEST, "to_rooms": "private released to one party",
    },
    "party_room.delivery": {
        "title": "private released to one party", "text": "private released to one party", "sha256": DIGEST,
    },
    "party_room.question": {"text": "private room: question"},
    "party_room.voteoption": {"text": "private room: option"},
    "overlap.exercise": {"title": SITTING},
    "overlap.issue": {"title": SITTING},
    "overlap.option": {"text": SITTING},
    "overlap.lodging": {"sealed": "sealed tests/dialogue/overlap/test_attacker.py"},
    "overlap.outcome": {"content": SITTING},
    "polling.listedvoter": {
        "name": "private name on a list", "detail": "private detail on a list",
        "email": "private address on a list", "language": CODE,
        "code_hash": "sealed tests/dialogue/polling/test_secrecy.py",
    },
    "polling.batch": {"language": CODE, "reason": "private reason a batch was voided"},
    "polling.slip": {"code_hash": "sealed tests/dialogue/polling/test_secrecy.py"},
    "polling.entries": {"sealed": "sealed tests/dialogue/polling/test_secrecy.py"},
    "polling.assembly": {
        "place": "private place of an assembly", "language": CODE,
        "pairing_hash": "sealed tests/dialogue/polling/test_doors.py",
        "device_hash": "sealed tests/dialogue/polling/test_doors.py",
    },
    "polling.keying": {"sealed": "sealed tests/dialogue/polling/test_papers.py"},
    "polling.succession": {"reason": "shared with the promoters that remain, with everybody once decided"},
    "polling.ending": {"reason": "shared with everybody"},
    "polling.countrecord": {
        "facts": EVERYBODY, "digest": DIGEST,
        "declaration": "shared with the guarantors of the table, with everybody once published",
    },
    "polling.remark": {"text": "private remark in a record being written"},
    "polling.approval": {"digest": DIGEST},
    "voices.rulebook": {"introduction": EVERYBODY},
    "voices.rule": {"code": EVERYBODY, "title": EVERYBODY, "text": EVERYBODY},
    "voices.guarantor": {"words": EVERYBODY},
    "voices.proposal": {
        "author": "sealed tests/dialogue/voices/test_moderation.py",
        "request": "sealed tests/dialogue/voices/test_moderation.py", "language": CODE,
        "sealed": "private proposal that waits",
    },
    "voices.review": {"side": CODE, "sealed": "private first moderator's reason"},
    "voices.appeal": {"sealed": "private words of an appeal", "answer": "private words of an appeal"},
    "voices.waitingseed": {"digest": DIGEST},
    "voices.outcome": {"text": EVERYBODY, "link": EVERYBODY},
    "voices.translationnote": {"translated_by": TABLE, "checked_digest": DIGEST},
    "voices.otherwords": {
        "translated_by": TABLE, "checked_digest": DIGEST, "language": CODE, "text": TABLE,
    },
    "voices.audio": {"language": CODE, "spoken_by": TABLE},
    "plain_ballots.plainballot": {
        "rule_set": CODE, "terms": TABLE, "text_title": TABLE, "text": TABLE, "text_link": TABLE,
        "text_hash": DIGEST,
    },
    "dialogue.table": {"title": TABLE, "description": TABLE},
    "dialogue.theme": {"name": TABLE, "description": TABLE},
    "dialogue.consultation": {
        "title": TABLE, "question": TABLE, "introduction": TABLE, "source": TABLE,
    },
    "dialogue.group": {"name": TABLE},
    "dialogue.statementversion": {"language": CODE, "text": TABLE},
    "dialogue.translation": {"language": CODE, "text": TABLE},
    "dialogue.ballot": {
        "address": "sealed tests/security/test_ballot_secrecy.py",
        "sealed": "sealed tests/security/test_ballot_secrecy.py",
    },
    "dialogue.change": {"sealed": "sealed tests/security/test_ballot_secrecy.py"},
    "dialogue.sheet": {"sealed": "sealed tests/security/test_ballot_secrecy.py"},
    "dialogue.closedballot": {"votes": "sealed tests/security/test_ballot_secrecy.py"},
    "dialogue.analysis": {
        "audience": CODE, "picture": "shared with the audience of the figures, coarsened",
    },
    "agreements.agreement": {
        "title": "private agreement under way: title", "system": SITTING, "language": CODE,
    },
    "agreements.version": {
        "canonical": "private agreement under way: text", "hash": DIGEST, "note": SIGNED,
    },
    "agreements.amendment": {"reason": "private agreement under way: amendment's reason"},
    "agreements.revision": {
        "operations": "private agreement under way: amendment",
        "held": "private agreement under way: amendment",
    },
    "agreements.draft": {
        "title": "private agreement draft: title", "canonical": "private agreement draft: text",
        "reason": "private agreement draft: reason", "found": "private agreement draft: text",
    },
    "agreements.remark": {"clause": CODE, "text": "private agreement: private remark"},
    "agreements.comment": {"clause": CODE, "text": "private agreement under way: comment"},
    "agreements.stance": {
        "clause": CODE, "clause_hash": DIGEST, "text": "private agreement under way: reservation",
    },
    "signing.frozen": {"hash": DIGEST, "separate": CODE, "effect": "private initialling: effect"},
    "signing.vote": {"hash": DIGEST},
    "signing.initial": ACT | {
        "statement": "private initialling: statement",
        "reserve_reason": "private initialling: reason of the reserve",
        "substance": "private initialling: reservation on substance",
    },
    "signing.withdrawal": {"reason": "private initialling: reason of taking back"},
    "signing.reply": ACT | {"statement": SIGNED, "ground": SIGNED},
    "signing.signatory": {"name": SIGNED, "office": SIGNED},
    "signing.copy": {"hash": DIGEST, "place": SIGNED},
    "signing.signature": ACT | {"statement": SIGNED, "facts": SIGNED},
    "signing.declined": ACT | {
        "statement": "private initialling: statement of who declines", "step": CODE,
    },
    "signing.sealed": {"hash": DIGEST},
    "signing.deposit": {"office": SIGNED, "reference": SIGNED},
    "life.terms": {
        "continued_text": "private life: terms to confirm, continued_text",
        "to_national_text": "private life: terms to confirm, to_national_text",
        "to_company_text": "private life: terms to confirm, to_company_text",
        # What a firm is asked to declare: part of the terms, public once they hold.
        "checklist": SITTING,
    },
    "life.termination": {"text": EVERYBODY},
    "life.accession": {"text": EVERYBODY},
    "life.accessionanswer": {"text": EVERYBODY},
    "life.jointbody": {"name": EVERYBODY, "tasks": EVERYBODY, "clause": CODE},
    "life.sitting": {"title": "private life: sitting", "place": "private life: sitting"},
    "life.application": {
        "note": "private life: a firm's note",
        "checklist": "shared with the firm and the committee: the terms' own words, ticked",
    },
    "life.question": {"clause": CODE, "text": "private life: question"},
    "life.sideanswer": {"text": "private life: a side's answer"},
    "life.jointtext": {"title": EVERYBODY, "text": "private life: joint answer proposed"},
    "commitments.commitment": {
        "clause": CODE, "title": "private commitment: title to confirm",
        "text": "private commitment: text to confirm",
        "indicator": "private commitment: indicator to confirm",
        "unit": "private commitment: unit to confirm",
    },
    "commitments.claim": {"text": "private commitment: claim"},
    "commitments.answer": {"text": "private commitment: dispute"},
    "commitments.evidence": {"text": "private commitment: evidence"},
    "commitments.feedkey": {
        "token_hash": "sealed tests/agreements/commitments/test_following.py",
        "last_four": "shared with its owner",
    },
    # An index of public agreements alone: the database refuses an entry for anything else.
    "archive.entry": dict.fromkeys(
        ("title", "parties", "party_keys", "topics", "municipality", "sector", "division", "title_words",
         "words"), EVERYBODY,
    ) | {"key": CODE, "text_hash": DIGEST},
    "archive.edition": {
        "text_hash": DIGEST, "topics": CODE, "words": "shared with everybody: stems of a public text",
    },
    "archive.elsewhere": dict.fromkeys(
        ("parties", "municipality", "sector", "topics", "source", "reason"), EVERYBODY
    ),
}  # fmt: skip
