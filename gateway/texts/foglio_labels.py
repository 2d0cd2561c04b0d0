"""What the elements of the foglio are called for people.

Italian labels are the names themselves, taken apart (``DataNascita``: data nascita) unless a better
one stands here; English ones are translations.
"""

import re

from gateway.texts import Text

_WORD = re.compile(r"(?<=[a-zà])(?=[A-Z])")

_ENGLISH = """
AccessoProgrammato=limited access;Allegati=Attachments;Allegato=attachment
AltreAttivita=Other activities;AltroContatto=other contact;Ambito=area
AnnoAccademico=academic year;AnnoConseguimento=year of award;AnnoCorso=year of course
AnnoIntegrativo=supplementary year;AteneoProvenienza=University of origin;Attivita=activity
CAP=postcode;CFU=credits (CFU);CarrieraUniversitaria=University career;Causale=reason
Cellulare=mobile;Cittadinanza=Citizenship;Classe=class;CodiceAteneo=university code
CodiceAttivita=activity code;CodiceComune=municipality code;CodiceCorsoStudi=degree course
CodiceFiscale=codice fiscale;CodiceProva=test code;CodiceScuola=school code
CodiceStato=country code;CodiceTitoloDiploma=diploma code;Cognome=surname
ConsensoTrattamentoDati=consent to data processing;ContributoTrasferimento=transfer fee
Correlatore=co-supervisor;CorsoDiStudi=Degree course
CorsoDiStudiTitoloConseguito=Degree course of the title;Curriculum=curriculum;Data=day
DataConseguimento=awarded on;DataConsenso=consent given on;DataDelibera=decided on;DataFine=end
DataFrequenza=attended on;DataImmatricolazione=first enrolled on;DataInizio=start
DataIscrizione=enrolled on;DataNascita=birth date;DataPagamento=paid on
DataPresentazione=submitted on;DataProtocollo=registered on;DataProva=test taken on
DataRilascio=issued on;DataScadenza=valid until;DatiIdentificativiStudente=Identity of the student
Delibera=Decision;Delibere=Decisions;Denominazione=name;DenominazioneInglese=English name
DenominazioneTitolo=name of the title;Descrizione=description
DescrizioneAteneo=university;DescrizioneChiusura=about the closing
DescrizioneComune=municipality;DescrizioneDiploma=diploma;DescrizioneScuola=school
DescrizioneStato=country;DestinazioneTrasferimento=Destination;Dettaglio=Detail
DichiarazioneDiValore=declaration of value;Dimensione=size;DiplomaDiMaturita=School diploma
DisponibileFino=available until;Docente=lecturer;DocumentoIdentita=Identity document
DomandaDiTrasferimento=Request of transfer;Domicilio=Domicile;DurataAnni=duration in years
Email=e-mail;Ente=institution;EnteRilascio=issued by;Esame=Exam
EsamiSuperatiOFrequentati=Exams passed or attended;Esito=outcome
EstremiRiconoscimento=act of recognition;Facolta=faculty;FasciaContributiva=fee band
Frazione=hamlet;Frequenza=attended;Giudizio=judgement;IdAllegato=attachment identifier
IdentificativoEuropeo=European identifier;Idoneita=pass;Impegno=commitment
ImportoDovuto=amount due;ImportoPagato=amount paid;ImportoTasse=amount of fees;Impronta=digest
InRegola=in order;IndirizzoProgramma=address of the programme;Iscrizione=Enrolment
Iscrizioni=Enrolments;Lingua=language;Lode=honours;LuogoNascita=Birth place
LuogoScuola=Place of the school;Matricola=student number;Motivazione=motive
MotivoChiusura=closed because of;Nome=name;Normativa=regulation;Note=notes
NoteStudente=student's notes;Numero=number;NumeroCivico=house number
NumeroDelibera=decision number;NumeroProtocollo=protocol number;Oggetto=subject;Ore=hours
Organo=body;PEC=certified e-mail
PagamentoAnnoAccademicoTrasferimento=Fees of an academic year
PosizioneGraduatoria=place in the ranking;Presso=care of
PrimaImmatricolazione=First enrolment;Programma=programme;Progressivo=number
ProvaFinale=Final examination;Provincia=province;Punteggio=score;Relatore=supervisor
Residenza=Residence;Riconoscimento=Recognition;Riconosciuto=recognised;SSD=sector (SSD)
ScalaVoti=scale of grades;Sede=site;Sesso=sex;Sospensione=Suspension;Straniero=abroad
Superato=passed;TasseInRegola=fees in order;Telefono=telephone;TestAmmissione=Admission test
Testo=text;Tipo=kind;TipoAttivita=kind of activity;TipoDiCorso=kind of course
TipoEsonero=kind of exemption;TipoIscrizione=kind of enrolment;TipoTitolo=kind of title
TitoliConseguiti=Awarded titles;Titolo=title;TitoloInglese=English title
TitoloUniversitarioConseguitoItaliano=Italian university title
TitoloUniversitarioConseguitoStraniero=Foreign university title;Trasferimento=Transfer
Tratta=Stretch of career;Valore=value;Via=street;Voto=grade;VotoMassimo=grade out of
codice=code
"""
_EN = dict(item.split("=") for line in _ENGLISH.split("\n") if line for item in line.split(";"))

_IT = {
    "AnnoConseguimento": "anno di conseguimento",
    "AteneoProvenienza": "Ateneo di provenienza",
    "AltreAttivita": "Altre attività",
    "Attivita": "attività",
    "Cittadinanza": "Cittadinanza",
    "CodiceAttivita": "codice dell'attività",
    "CodiceCorsoStudi": "corso di studi",
    "DataConseguimento": "data di conseguimento",
    "DataFine": "fine",
    "DataImmatricolazione": "data di immatricolazione",
    "DataInizio": "inizio",
    "DataNascita": "data di nascita",
    "DataPresentazione": "data di presentazione",
    "DatiIdentificativiStudente": "Dati identificativi dello studente",
    "DescrizioneAteneo": "ateneo",
    "DescrizioneComune": "comune",
    "DescrizioneScuola": "scuola",
    "DescrizioneStato": "Stato",
    "DestinazioneTrasferimento": "Destinazione del trasferimento",
    "DisponibileFino": "disponibile fino al",
    "DocumentoIdentita": "Documento di identità",
    "DurataAnni": "durata in anni",
    "EsamiSuperatiOFrequentati": "Esami superati o frequentati",
    "Facolta": "facoltà",
    "Idoneita": "idoneità",
    "ImportoDovuto": "importo dovuto",
    "InRegola": "in regola",
    "LuogoNascita": "Luogo di nascita",
    "MotivoChiusura": "motivo della chiusura",
    "PagamentoAnnoAccademicoTrasferimento": "Tasse di un anno accademico",
    "TestAmmissione": "Test di ammissione",
    "TipoAttivita": "tipo di attività",
    "TipoDiCorso": "tipo di corso",
    "TipoIscrizione": "tipo di iscrizione",
    "TitoloUniversitarioConseguitoItaliano": "Titolo universitario italiano",
    "TitoloUniversitarioConseguitoStraniero": "Titolo universitario straniero",
    "VotoMassimo": "voto massimo",
}


def label(name: str) -> Text:
    """Return what an element is called; one that is not known keeps its name."""
    apart = _WORD.sub(" ", name)
    first, *rest = apart.split(" ")
    plain = " ".join([first, *(word if word.isupper() else word.lower() for word in rest)])
    return Text(_IT.get(name, plain), _EN.get(name, plain))


def titled(text: str) -> str:
    """Return a label as a heading begins."""
    return text[:1].upper() + text[1:]
