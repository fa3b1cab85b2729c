"""The walk of an agreement, steps 7 to 10: from the convergence map to the first kept commitment.

The heads of four delegations, the joint secretariat, three electoral committees, workers who vote on their
phones, the owner of a firm of 37, and a visitor without an account. Every act goes through the pages, as
somebody does it who has read only these. The tests are the steps, read from top to bottom; they share one
demonstration, which nobody else uses. Pictures of each step go to the folder TAVOLO_PICTURES.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdf
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.demonstrations import demonstration
from tests.browser.negotiating import (
    Negotiators,
    downloaded,
    edited_in_word,
    faults,
    fill,
    follow,
    path,
    press,
    resaved,
    scanned,
)

pytestmark = pytest.mark.browser

UIL_SAYS = "La UIL condivide il percorso ma non firma: chiede un termine per la conciliazione degli orari."
EFFECT = "Vale fra le parti che firmano e per le imprese e le persone che esse rappresentano."
COMMITMENT = "Registro comune delle risposte alle proposte di chi lavora"
# What the worker one may step into proposed in the first consultation, and the demonstration's older fate.
HERS = "Le proposte di chi lavora per migliorare i processi devono ricevere una risposta entro trenta giorni."
SIGNED_BEFORE = "Intesa territoriale su formazione, premi e partecipazione"
TITLE = "Intesa sulle convergenze della consultazione"
PARTIES = ("employers", "cgil", "cisl", "uil")
# As many votes of one union as its figures need to be shown, and the worker's with her phone.
VOTERS = 12
SLIP = re.compile(r"\b[0-9A-Z]{4}(?:[-\s]+[0-9A-Z]{4}){3}\b")


@pytest.fixture(scope="module")
def territory(chromium: str) -> Iterator[str]:
    """A demonstration of the walk's own."""
    yield from demonstration()


@pytest.fixture(scope="module")
def company(browser: Browser, territory: str) -> Iterator[Negotiators]:
    """Everybody of the walk, from its first step to its last."""
    people = Negotiators(browser, territory)
    yield people
    people.close()
    assert not people.complaints, people.complaints


def at_text(company: Negotiators, role: str, tab: str = "") -> Page:
    """Open the agreement's text as a person, and one of its pages."""
    page = company.page(role)
    page.goto(company.site + company.kept["text"])
    if tab:
        page.locator(".tavolo-tabs").get_by_role("link", name=tab, exact=True).click()
        page.wait_for_load_state()
    return page


# --- step 7 -------------------------------------------------------------------------------------------


def test_step_7_the_draft_begins_at_the_convergence_map(company: Negotiators) -> None:
    page = company.at_table("cgil", "Guarda le convergenze : Che cosa ci unisce")
    company.picture("cgil", "7-mappa-delle-convergenze")
    follow(page, "Inizia un accordo da queste convergenze")
    ticked = page.locator("main [name=convergence]")
    assert ticked.count() >= 3, "the map shows convergences to begin from"
    for box in ticked.all()[4:]:
        box.uncheck()
    expect(page.get_by_label(HERS)).to_be_checked()
    fill(page, title=TITLE, preamble="Le parti, viste le convergenze della consultazione, convengono:")
    page.locator("main [name=system]").select_option("confindustria")
    company.picture("cgil", "7-inizia-da-convergenze")
    assert not faults(page)
    press(page, "Inizia la prima stesura")
    expect(page.locator("h1")).to_have_text(TITLE)
    company.kept["text"] = path(company, page)
    clauses = page.locator(".agr-clause:not(.agr-preamble)")
    assert clauses.count() >= 4
    assert page.get_by_text("Nasce da:").count() >= 4, "every clause remembers its statement"
    hers = page.locator(".agr-clause", has=page.locator(".agr-body", has_text=HERS)).last
    company.kept["clause"] = str(hers.get_attribute("id")).removeprefix("c-")
    company.picture("cgil", "7-prima-bozza")
    assert not faults(page)


def _words(page: Page, place: int) -> str:
    """Return the words of a clause of the text that is open."""
    bodies = [
        one.strip() for one in page.locator(".agr-clause:not(.agr-preamble) .agr-body").all_inner_texts()
    ]
    return [one for one in bodies if one][place]


def test_step_7_the_association_amends_in_word_and_uploads(company: Negotiators, tmp_path: Path) -> None:
    page = at_text(company, "employers")
    first, second = _words(page, 0), _words(page, 2)
    assert HERS not in (first, second), "the worker's statement goes in as she wrote it"
    page = at_text(company, "employers", "Word e file")
    file = downloaded(page, "Scarica la versione 1 in Word", role="button")
    page.locator("main [name=file]").wait_for()
    half = first.split()[-1]
    edited = edited_in_word(
        file, {half: f"{half.rstrip('.')}, compatibilmente con l'organizzazione del lavoro."},
        author="Stefano Riva", plain={second.split()[-1]: f"{second.split()[-1].rstrip('.')} entro l'anno."},
    )  # fmt: skip
    edited = resaved(edited, tmp_path)
    page.locator("main [name=file]").set_input_files(
        {"name": "testo-assolombarda.docx", "buffer": edited,
         "mimeType": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
    )  # fmt: skip
    company.picture("employers", "7-word-caricare")
    press(page, "Carica e controlla")
    company.kept["draft"] = path(company, page)
    main = page.locator("main")
    expect(main).to_contain_text("testo-assolombarda.docx")
    expect(main).to_contain_text("Stefano Riva")
    expect(main).to_contain_text("2 modifiche")
    expect(main.locator("ins").first).to_be_visible()
    company.picture("employers", "7-bozza-privata-da-word")
    assert not faults(page)
    for role in ("cgil", "cisl", "uil", "secretary", "owner", "visitor"):
        assert company.status(role, company.kept["draft"]) in (302, 404), role
    fill(page, reason="Serve tempo alle imprese più piccole.")
    press(page, "Deposita come emendamenti")
    expect(page.locator("main")).to_contain_text("Assolombarda")
    expect(page.locator("main .agr-amendment")).to_have_count(2)


def test_step_7_a_union_sees_differences_and_collisions(company: Negotiators) -> None:
    page = at_text(company, "cgil")
    clause = page.locator(".agr-clause:has(.agr-touched)").first
    _unfold(clause)
    follow_in(clause, "Emenda questa clausola")
    body = page.locator("main [name=body]")
    words = body.input_value().strip()
    body.fill(f"{words.rstrip('.')}, anche nelle imprese più piccole.")
    fill(page, reason="Lo chiedono le assemblee.")
    press(page, "Deposita l'emendamento")
    company.picture("cgil", "7-emendamento-cgil")
    page = at_text(company, "cgil", "Emendamenti")
    collision = page.locator(".agr-collision").first
    expect(collision).to_contain_text("Assolombarda")
    expect(collision).to_contain_text("CGIL")
    assert collision.locator("ins").count() >= 2
    company.picture("cgil", "7-collisioni")
    assert not faults(page)
    page = at_text(company, "cgil", "Testo con le modifiche")
    company.picture("cgil", "7-testo-con-le-modifiche")
    assert not faults(page)


def follow_in(part: object, name: str) -> None:
    """Follow a link inside a part of the page."""
    part.get_by_role("link", name=name).first.click()  # type: ignore[attr-defined]


def test_step_7_another_union_lodges_a_reservation_on_substance(company: Negotiators) -> None:
    page = at_text(company, "uil")
    clause = _opened_stance(page, 2)
    clause.locator("textarea[name=text]").first.fill("Purché uno degli indicatori misuri la conciliazione.")
    company.picture("uil", "7-riserva-di-merito")
    clause.get_by_role("button", name="Deposita la posizione").click()
    page.wait_for_load_state()
    page = at_text(company, "cisl", "Chi dice che cosa")
    expect(page.locator("main")).to_contain_text("Purché uno degli indicatori misuri la conciliazione.")
    company.picture("cisl", "7-chi-dice-che-cosa")
    assert not faults(page)


def _accepts(company: Negotiators, role: str, number: int) -> None:
    page = at_text(company, role, "Emendamenti")
    follow(page, f"Emendamento {number} ·")
    page.get_by_label("Accetta", exact=True).check()
    press(page, "Deposita la posizione")


def test_step_7_what_is_agreed_goes_in_and_a_reservation_on_changed_words_lapses(
    company: Negotiators,
) -> None:
    page = at_text(company, "cgil", "Emendamenti")
    follow(page, "Emendamento 3 ·")
    press(page, "Ritiralo")
    for number in (1, 2):
        for role in ("cgil", "cisl", "uil"):
            _accepts(company, role, number)
    page = at_text(company, "secretary", "Emendamenti")
    follow(page, "Anteprima del nuovo testo")
    expect(page.locator("main ins").first).to_be_visible()
    company.picture("secretary", "7-anteprima-versione-2")
    assert not faults(page)
    fill(page, note="Accolti gli emendamenti di Assolombarda")
    press(page, "Crea la nuova versione")
    page = at_text(company, "uil", "Chi dice che cosa")
    expect(page.locator("td.agr-s-lapsed")).to_have_count(1)
    company.picture("uil", "7-posizione-decaduta")
    page = at_text(company, "uil")
    _reserves(page, 2, "Purché uno degli indicatori misuri la conciliazione.")
    page = at_text(company, "cgil", "Versioni")
    expect(page.locator("main ins").first).to_be_visible()
    company.picture("cgil", "7-versioni-a-confronto")
    assert not faults(page)


def _unfold(clause: Locator) -> None:
    """Open what can be said and done about a clause."""
    clause.locator(".agr-more > summary").click()


def _opened_stance(page: Page, place: int) -> Locator:
    """Open the form of a clause's stance, a reservation on substance chosen."""
    clause = page.locator(".agr-clause:not(.agr-preamble):has(details)").nth(place)
    _unfold(clause)
    clause.get_by_text("La posizione della tua parte").click()
    clause.get_by_label("accetta con riserva di merito").check()
    return clause


def _reserves(page: Page, place: int, words: str) -> None:
    clause = _opened_stance(page, place)
    clause.locator("textarea[name=text]").first.fill(words)
    clause.get_by_role("button", name="Deposita la posizione").click()
    page.wait_for_load_state()


# --- step 8 -------------------------------------------------------------------------------------------


def test_step_8_the_parties_initial_with_reservation_its_term_and_its_rule(company: Negotiators) -> None:
    for role in PARTIES:
        page = at_text(company, role, "Sigle e firme")
        follow(page, "Sigla il testo")
        if role != "employers":
            page.locator("[name=reserve]").check()
            fill(page, reserve_reason="Decidono gli iscritti con voto.", reserve_due=_day(30))
        page.locator("[name=read]").check()
        if role == "uil":
            expect(page.locator("main")).to_contain_text(
                "Purché uno degli indicatori misuri la conciliazione."
            )
            company.picture("uil", "8-sigla-con-riserve")
            assert not faults(page)
        press(page, "Sigla")
    page = at_text(company, "cisl", "Sigle e firme")
    main = page.locator("main")
    expect(main.locator(".sgn-state")).to_contain_text("riserva di consultazione")
    expect(main.locator(".sgn-state")).to_contain_text(_day(30, "{0.day}/{0.month}/{0.year}"))
    expect(main).to_contain_text("Confindustria")
    company.picture("cisl", "8-ipotesi-siglata")
    assert not faults(page)
    page = at_text(company, "employers")
    assert not page.locator("a", has_text="Emenda questa clausola").count(), "an initialled text is frozen"
    assert company.status("worker", company.kept["text"]) == 404, "not yet: the members see it when they vote"


def _day(ahead: int, form: str = "{0:%Y-%m-%d}") -> str:
    return form.format(datetime.now(ZoneInfo("Europe/Rome")).date() + timedelta(days=ahead))


# --- step 9 -------------------------------------------------------------------------------------------


def test_step_9_a_union_prepares_the_vote_on_the_frozen_text(company: Negotiators) -> None:
    page = at_text(company, "cgil", "Sigle e firme")
    follow(page, "Il voto degli iscritti")
    page.locator("[name=constituency]").select_option(index=1)
    page.locator("[name=rule_set]").select_option("territorial_own_bodies")
    fill(page, closes_on=_day(10))
    page.locator("[name=together]").check()
    company.picture("cgil", "9-indire-il-voto")
    assert not faults(page)
    press(page, "Collega o apri il voto")
    page.locator("main").get_by_role("link", name=TITLE).first.click()
    page.wait_for_load_state()
    company.kept["ballot"] = path(company, page)
    expect(page.locator("main")).to_contain_text("Il testo esatto su cui si vota")


def test_step_9_the_others_join_and_all_open_it(company: Negotiators) -> None:
    for role in ("cisl", "uil"):
        page = company.open(role, company.kept["ballot"])
        follow(page, "Aggiungi una platea")
        page.locator("main [name=constituency]").select_option(index=1)
        press(page, "Salva")
    for role in ("cgil", "cisl", "uil"):
        page = company.open(role, company.kept["ballot"])
        page.locator(".pbl-todo a").last.click()
        page.wait_for_load_state()
        press(page, "Acconsenti all’apertura")
    expect(page.locator("main .tavolo-badge").first).to_have_text("Aperta")
    company.picture("uil", "9-votazione-aperta")


def test_step_9_a_worker_votes_on_the_exact_text_with_her_phone(company: Negotiators) -> None:
    page = company.open("worker", company.kept["ballot"])
    company.picture("worker", "9-votazione-della-lavoratrice")
    assert not faults(page)
    page.locator("main").get_by_role("link", name="Vota", exact=True).click()
    page.wait_for_load_state()
    page.locator("details.pbl-exact summary").first.click()
    text = str(page.get_by_role("link", name="Leggi il testo").get_attribute("href"))
    assert company.status("worker", text) == 200
    page.get_by_label("Sì", exact=True).check()
    company.picture("worker", "9-scheda")
    assert not faults(page)
    page.locator("button.pbl-send").first.click()
    page.wait_for_load_state()
    expect(page.locator("[role=status]").first).to_be_visible()
    company.picture("worker", "9-voto-registrato")
    assert company.status("owner", company.kept["ballot"] + "esito/") in (302, 404), "no firm sees it"


def test_step_9_the_committee_hands_out_slips_and_people_vote_with_them(company: Negotiators) -> None:
    page = company.at_table("cgil", "Commissioni elettorali")
    follow(page, TITLE)
    fill(page, email="cgil.officer@demo.example")
    press(page, "Nomina questa persona")
    page = company.at_table("committee", "Commissioni elettorali")
    follow(page, TITLE)
    company.kept["committee"] = path(company, page)
    page.locator("main").get_by_role("link", name="Elenco").first.click()
    page.wait_for_load_state()
    listed = path(company, page)
    voted = company.page("worker").locator("header a[href*='profilo']").inner_text().strip()
    names = page.locator("main tbody th[scope=row]").all_inner_texts()
    chosen = [place for place, name in enumerate(names) if not name.startswith(voted)][-VOTERS:]
    for place in chosen:
        row = page.locator("main tbody tr").nth(place)
        row.locator("summary").first.click()
        row.locator("select[name=way]").select_option("slip")
        row.get_by_role("button", name="Salva").click()
        page.wait_for_load_state()
        page.goto(company.site + listed)
    page.get_by_role("link", name="Schede QR e carta").first.click()
    page.wait_for_load_state()
    page.locator("main [name=kind]").select_option("slip")
    fill(page, number=str(VOTERS))
    sheet = downloaded(page, "Prepara i fogli (PDF)", role="button")
    words = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(sheet)).pages)
    codes = ["-".join(re.findall("[0-9A-Z]{4}", one)) for one in SLIP.findall(words)]
    assert len(codes) == VOTERS, words
    page.goto(f"{company.site}{listed}?modo=slip")
    for box in page.locator("main input[type=checkbox][name=person]").all():
        box.check()
    company.picture("committee", "9-schede-consegnate")
    press(page, "Segna come consegnate")
    for place, code in enumerate(codes):
        _votes_by_slip(company, code, "No" if place % 6 == 5 else "Sì")


def _votes_by_slip(company: Negotiators, code: str, answer: str) -> None:
    page = company.open("visitor", "/tavoli/scheda/")
    page.locator("#code").fill(code)
    page.locator(".plg-go").click()
    page.wait_for_load_state()
    page.get_by_label(answer, exact=True).check()
    page.locator("button.pbl-send").first.click()
    page.wait_for_load_state()
    expect(page.locator("[role=status]").first).to_be_visible()
    page.locator("form[action*='/voto/fine/'] button").click()
    page.wait_for_load_state()


def test_step_9_the_unions_close_the_vote(company: Negotiators) -> None:
    for role in ("cgil", "cisl", "uil"):
        page = company.open(role, company.kept["ballot"])
        follow(page, "Chiudi la votazione")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state()


def test_step_9_the_result_and_the_record_of_the_count(company: Negotiators) -> None:
    page = company.open("cisl", company.kept["ballot"])
    follow(page, "Guarda l’esito")
    expect(page.locator("main table").first).to_contain_text(str(VOTERS + 1))
    company.picture("cisl", "9-esito-del-voto")
    assert not faults(page)
    page = company.open("committee", company.kept["committee"])
    follow(page, "Verbale di scrutinio")
    press(page, "Redigi il verbale")
    press(page, "Metti in approvazione")
    if page.get_by_role("button", name="Approva", exact=True).count():
        press(page, "Approva")
    record = downloaded(page, "PDF")
    words = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(record)).pages)
    assert TITLE in words
    company.picture("committee", "9-verbale-di-scrutinio")
    page = at_text(company, "uil", "Sigle e firme")
    expect(page.locator("main")).to_contain_text(TITLE)
    expect(page.locator("main")).to_contain_text(f"{VOTERS + 1} su")
    company.picture("uil", "9-voto-accanto-alla-riserva")
    follow(page, "Verbale di scrutinio")
    expect(page.locator("main")).to_contain_text(TITLE)
    assert page.get_by_role("link", name="PDF", exact=True).count() == 1


def test_step_9_the_unions_lift_their_reservation(company: Negotiators) -> None:
    for role in ("cgil", "cisl", "uil"):
        page = at_text(company, role, "Sigle e firme")
        follow(page, "Rispondi sulla nostra riserva")
        page.get_by_label("scioglie la riserva: può firmare").check()
        fill(page, ground="Voto degli iscritti, verbale di scrutinio approvato oggi.")
        if role == "cgil":
            company.picture("cgil", "9-sciogliere-la-riserva")
            assert not faults(page)
        press(page, "Registra la nostra risposta")
    expect(page.locator(".sgn-state")).to_contain_text("La riserva è sciolta")


def test_step_9_three_sign_and_one_on_paper(company: Negotiators) -> None:
    for role in ("cgil", "employers"):
        page = at_text(company, role, "Sigle e firme")
        follow(page, "Indica chi firma")
        page.locator("main [name=people]").first.check()
        page.locator("main [name^=office_]").first.fill(
            "Segretaria generale" if role == "cgil" else "Presidente"
        )
        press(page, "Registra")
        follow(page, "Firma qui")
        page.locator("[name=sure]").check()
        company.picture(role, f"9-firma-{role}")
        assert not faults(page)
        press(page, "Firma questo testo esatto")
    page = at_text(company, "secretary", "Sigle e firme")
    sheet = downloaded(page, "Foglio da stampare e firmare (PDF)")
    follow(page, "Carica la scansione del foglio firmato")
    page.locator("main [name=file]").set_input_files(
        {"name": "foglio-firmato.pdf", "mimeType": "application/pdf", "buffer": scanned(sheet)}
    )
    fill(page, signed_on=_day(0), place="Milano, Camera del Lavoro")
    company.picture("secretary", "9-scansione")
    assert not faults(page)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    page = at_text(company, "cisl", "Sigle e firme")
    follow(page, "Conferma la copia firmata")
    fill(page, name="Monica Galli", office="Segretaria generale")
    page.locator("[name=sure]").check()
    company.picture("cisl", "9-conferma-della-copia")
    assert not faults(page)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("Monica Galli")


def test_step_9_one_union_does_not_sign_and_it_reads_so(company: Negotiators) -> None:
    page = at_text(company, "uil", "Sigle e firme")
    follow(page, "Metti agli atti che non aderiamo")
    fill(page, statement=UIL_SAYS)
    press(page, "Registra")
    page = at_text(company, "cgil", "Sigle e firme")
    follow(page, "Proseguire senza chi non aderisce")
    fill(page, effect=EFFECT)
    press(page, "Proponi")
    company.kept["decision"] = path(company, page)
    company.picture("cgil", "9-proseguire-senza")


def test_step_9_the_other_side_consents_and_who_did_not_sign_is_read(company: Negotiators) -> None:
    page = company.open("employers", company.kept["decision"])
    company.picture("employers", "9-consenso-a-proseguire")
    press(page, "Assolombarda dà il consenso")
    page = company.open("visitor", company.kept["text"])
    expect(page.locator("h1")).to_have_text(TITLE)
    page.locator(".tavolo-tabs").get_by_role("link", name="Sigle e firme").click()
    main = page.locator("main")
    expect(main).to_contain_text(UIL_SAYS)
    expect(main).to_contain_text(EFFECT)
    expect(main).to_contain_text("non firma")
    company.picture("visitor", "9-firmato-senza-uil")
    assert not faults(page)


def test_step_9_the_deposit_is_recorded_with_its_receipt(company: Negotiators) -> None:
    page = at_text(company, "secretary", "Sigle e firme")
    signed = downloaded(page, "Accordo firmato (PDF)")
    company.kept["signed"] = str(company.folder / "accordo.pdf")
    Path(company.kept["signed"]).write_bytes(signed)
    follow(page, "Registra il deposito")
    company.picture("secretary", "9-deposito")
    assert not faults(page)
    fill(page, deposited_on=_day(0), reference="DIM-2026-004417")
    page.locator("main [name=file]").set_input_files(
        {"name": "ricevuta.pdf", "mimeType": "application/pdf", "buffer": scanned(signed)}
    )
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("DIM-2026-004417")
    assert page.locator("main").get_by_role("link", name="Ricevuta").count() == 1
    company.picture("secretary", "9-depositato")


def test_step_9_anybody_verifies_it(company: Negotiators) -> None:
    page = company.open("visitor", company.kept["text"])
    page.locator(".tavolo-tabs").get_by_role("link", name="Verifica").click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text("UIL")
    company.picture("visitor", "9-verifica")
    assert not faults(page)
    follow(page, "Verifica un file firmato")
    page.locator("main input[type=file]").first.set_input_files(company.kept["signed"])
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()
    expect(page.locator("main")).to_contain_text(TITLE)
    company.picture("visitor", "9-verifica-del-file")
    assert not faults(page)


# --- step 10 ------------------------------------------------------------------------------------------


def test_step_10_the_parties_record_the_terms_and_set_up_the_committee(company: Negotiators) -> None:
    page = at_text(company, "cgil", "Vita dell'accordo")
    follow(page, "Registra le condizioni del testo")
    fill(page, starts_on=_day(0), ends_on=_day(1095), notice_days="90")
    page.locator("main [name=continued]").select_option("until_renewed")
    company.picture("cgil", "10-condizioni")
    assert not faults(page)
    press(page, "Registra")
    page = at_text(company, "employers", "Vita dell'accordo")
    press(page, "Sono le condizioni del testo, dice Assolombarda")
    follow(page, "Costituisci un organismo paritetico")
    page.locator("main [name=kind]").select_option("committee")
    fill(page, name="Comitato bilaterale dell'intesa", tasks="Verifica le imprese senza rappresentanza.")
    press(page, "Registra")
    expect(page.locator("h1")).to_have_text("Comitato bilaterale dell'intesa")
    company.kept["committee_of_agreement"] = path(company, page)
    for role, email in (
        ("employers", "employer.delegate@demo.example"),
        ("cgil", "cgil.delegate@demo.example"),
    ):
        page = company.open(role, company.kept["committee_of_agreement"])
        page.locator("summary", has_text="Nomina un componente").click()
        fill(page, email=email)
        press(page, "Nomina")
    company.picture("cgil", "10-comitato-bilaterale")
    assert not faults(page)


def test_step_10_a_firm_of_37_applies_the_agreement(company: Negotiators) -> None:
    page = company.open("owner", "/")
    page.get_by_role("navigation", name="Menu principale").get_by_role("link", name="Accordi").click()
    page.wait_for_load_state()
    company.picture("owner", "10-archivio")
    follow(page, TITLE)
    follow(page, "Vita dell'accordo")
    company.picture("owner", "10-vita-dell-accordo")
    assert not faults(page)
    follow(page, "Recepiscilo nella mia azienda")
    expect(page.locator("[name=employees]")).to_have_value("37")
    for box in page.locator("main [name=declared]").all():
        box.check()
    company.picture("owner", "10-recepire")
    assert not faults(page)
    press(page, "Registra")
    company.kept["application"] = path(company, page)
    company.picture("owner", "10-recepimento-in-attesa")
    for role in ("uil", "worker", "secretary"):
        assert company.status(role, company.kept["application"]) == 404, role


def test_step_10_the_bilateral_committee_verifies(company: Negotiators) -> None:
    page = company.open("cgil", "/cosa-mi-aspetta/")
    page.locator(f"main a[href='{company.kept['application']}']").first.click()
    page.wait_for_load_state()
    for box in page.locator("main [name=found]").all():
        box.check()
    press(page, "Registra la verifica")
    page.locator("main [name=outcome]").select_option("positive")
    page.locator("main textarea[name=text]").fill("Tutti i punti sono in regola.")
    press(page, "Proponi")
    page = company.open("employers", company.kept["application"])
    company.picture("employers", "10-parere-da-confermare")
    assert not faults(page)
    press(page, "Conferma per il mio lato")
    page = company.open("owner", "/")
    follow(page, "Accordi nella mia azienda")
    expect(page.locator("main")).to_contain_text(TITLE)
    company.picture("owner", "10-recepito")
    assert not faults(page)


def test_step_10_the_first_commitment_is_kept(company: Negotiators) -> None:
    page = at_text(company, "cgil", "Impegni")
    follow(page, "Inserisci un impegno")
    fill(page, title=COMMITMENT, starts_on=_day(0), due_on=_day(0))
    page.locator("main [name=owed_by]").select_option(label="Assolombarda")
    page.locator("main [name=owed_to]").select_option("workers")
    page.locator("main [name=clause]").select_option(company.kept["clause"])
    company.picture("cgil", "10-inserire-un-impegno")
    assert not faults(page)
    press(page, "Inseriscilo")
    company.kept["commitment"] = path(company, page)
    page = company.open("employers", company.kept["commitment"])
    press(page, "Sì, dice Assolombarda")
    page.locator("main [name=condition]").select_option("kept")
    press(page, "Dillo per Assolombarda")
    page = company.open("cgil", company.kept["commitment"])
    press(page, "Conferma")
    expect(page.locator(".com-state").first).to_contain_text("mantenuto")
    company.picture("cgil", "10-impegno-mantenuto")
    assert not faults(page)


def test_step_10_the_secretariat_tells_the_people_who_were_asked(company: Negotiators) -> None:
    page = company.at_table("secretary", "Che cosa ci unisce")
    follow(page, "Che fine ha fatto")
    assert not page.get_by_text("proposta da te").count(), "nobody but she knows whose it was"
    expect(page.locator(".vcs-outcomes > li", has_text=HERS)).to_contain_text("proposta da un partecipante")
    press(page, "Avvisa i partecipanti")
    expect(page.locator("main")).to_contain_text("Avvisate")


def test_step_10_the_worker_finds_what_became_of_her_proposal(company: Negotiators) -> None:
    """On her phone, from what awaits her: no address, no search."""
    page = company.open("worker", "/")
    page.locator("header").get_by_role("link", name="Avvisi").click()
    expect(page.locator("main")).to_contain_text("Che fine ha fatto la consultazione")
    page = company.open("worker", "/")
    page.get_by_role("navigation", name="Menu principale").get_by_role("link", name="Cosa mi aspetta").click()
    page.wait_for_load_state()
    company.picture("worker", "10-cosa-mi-aspetta")
    assert not faults(page)
    follow(page, "Leggi che fine ha fatto un'affermazione che hai proposto")
    own = page.locator(".vcs-yours")
    expect(own).to_contain_text(HERS)
    expect(own).to_contain_text("Rifiutata, anche dai garanti")
    fate = page.locator(".vcs-outcomes > li", has_text=HERS)
    expect(fate).to_be_in_viewport()
    expect(fate).to_contain_text("proposta da te")
    expect(fate).to_contain_text("Convergenza")
    company.picture("worker", "10-che-fine-ha-fatto")
    assert not faults(page)
    for title in (TITLE, SIGNED_BEFORE):
        expect(fate.locator("ul > li", has_text=title)).to_contain_text("Entrata nel testo")
    expect(fate.locator("ul > li", has_text=COMMITMENT)).to_contain_text("mantenuto")


def test_step_10_the_worker_reads_the_clause_and_the_kept_commitment(company: Negotiators) -> None:
    page = company.page("worker")
    fates = page.url
    fate = page.locator(".vcs-outcomes > li", has_text=HERS)
    fate.locator("ul > li", has_text=TITLE).get_by_role("link", name="Leggi").click()
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text(TITLE)
    clause = page.locator(f"#c-{company.kept['clause']}")
    expect(clause).to_be_in_viewport()
    expect(clause.locator(".agr-body")).to_have_text(HERS)
    company.picture("worker", "10-la-clausola-nata-dalla-sua-proposta")
    assert not faults(page)
    page.goto(fates)
    fate.locator("ul > li", has_text=COMMITMENT).get_by_role("link", name="Leggi").click()
    page.wait_for_load_state()
    expect(page.locator("main tbody tr", has_text=COMMITMENT)).to_contain_text("mantenuto")
    company.picture("worker", "10-primo-impegno-mantenuto")
    assert not faults(page)


def test_step_10_what_was_refused_is_read_by_her_alone(company: Negotiators) -> None:
    page = company.at_table("worker", "Che cosa ci unisce")
    follow(page, "Le tue proposte")
    main = page.locator("main")
    expect(main).to_contain_text("Rifiutata per la regola R2")
    expect(main).to_contain_text("La stessa idea si può dire senza il nome.")
    expect(main).to_contain_text("Il tuo ricorso:")
    expect(main).to_contain_text("I garanti:")
    company.picture("worker", "10-le-tue-proposte")
    assert not faults(page)
    for role in ("cgil", "secretary", "visitor"):
        assert company.status(role, path(company, page)) in (302, 404), role
    own = company.open("owner", path(company, page)).locator("main")
    expect(own).not_to_contain_text("regola R2")
    expect(own).to_contain_text("Ancora nessuna")
