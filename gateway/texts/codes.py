"""What the codes of the foglio mean, by the type of the schema that lists them."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.texts import Language, Text, degree_types

_PROVINCES = """
AG Agrigento, AL Alessandria, AN Ancona, AO Aosta, AP Ascoli Piceno, AQ L'Aquila, AR Arezzo, AT
Asti, AV Avellino, BA Bari, BG Bergamo, BI Biella, BL Belluno, BN Benevento, BO Bologna, BR
Brindisi, BS Brescia, BT Barletta-Andria-Trani, BZ Bolzano, CA Cagliari, CB Campobasso, CE
Caserta, CH Chieti, CI Carbonia-Iglesias, CL Caltanissetta, CN Cuneo, CO Como, CR Cremona, CS
Cosenza, CT Catania, CZ Catanzaro, EN Enna, FC Forlì-Cesena, FE Ferrara, FG Foggia, FI Firenze,
FM Fermo, FR Frosinone, GE Genova, GO Gorizia, GR Grosseto, IM Imperia, IS Isernia, KR Crotone,
LC Lecco, LE Lecce, LI Livorno, LO Lodi, LT Latina, LU Lucca, MB Monza e Brianza, MC Macerata,
ME Messina, MI Milano, MN Mantova, MO Modena, MS Massa-Carrara, MT Matera, NA Napoli, NO Novara,
NU Nuoro, OG Ogliastra, OR Oristano, OT Olbia-Tempio, PA Palermo, PC Piacenza, PD Padova, PE
Pescara, PG Perugia, PI Pisa, PN Pordenone, PO Prato, PR Parma, PT Pistoia, PU Pesaro e Urbino,
PV Pavia, PZ Potenza, RA Ravenna, RC Reggio Calabria, RE Reggio Emilia, RG Ragusa, RI Rieti, RM
Roma, RN Rimini, RO Rovigo, SA Salerno, SI Siena, SO Sondrio, SP La Spezia, SR Siracusa, SS
Sassari, SU Sud Sardegna, SV Savona, TA Taranto, TE Teramo, TN Trento, TO Torino, TP Trapani, TR
Terni, TS Trieste, TV Treviso, UD Udine, VA Varese, VB Verbano-Cusio-Ossola, VC Vercelli, VE
Venezia, VI Vicenza, VR Verona, VS Medio Campidano, VT Viterbo, VV Vibo Valentia
"""
_NAMES = {line.strip()[:2]: line.strip()[3:] for line in _PROVINCES.split(",")}

_CODES: dict[str, dict[str, Text]] = {
    "SiNoType": {"SI": Text("sì", "yes"), "NO": Text("no", "no")},
    "SessoType": {"M": Text("maschile", "male"), "F": Text("femminile", "female")},
    "TipoAttivitaType": {
        "A": Text("base", "basic"),
        "B": Text("caratterizzante", "characterising"),
        "C": Text("affine", "related"),
        "D": Text("a scelta", "free choice"),
        "E": Text("prova finale e lingua", "final examination and language"),
        "F": Text("altre", "other"),
        "R": Text("affine ex 509", "related under 509"),
        "S": Text("stage", "internship"),
    },
    "TipoTrattaType": {
        "CORSO": Text("corso di studi", "degree course"),
        "CORSO_SINGOLO": Text("corsi singoli", "single courses"),
    },
    "MotivoChiusuraType": {
        "TITOLO": Text("conseguimento del titolo", "degree awarded"),
        "TRASFERIMENTO": Text("trasferimento", "transfer"),
        "PASSAGGIO": Text("passaggio di corso", "change of course"),
        "RINUNCIA": Text("rinuncia agli studi", "withdrawal"),
        "DECADENZA": Text("decadenza", "forfeiture"),
        "ALTRO": Text("altro", "other"),
    },
    "TipoIscrizioneType": {
        "IC": Text("in corso", "regular"),
        "FC": Text("fuori corso", "beyond the regular years"),
        "RI": Text("ripetente", "repeating"),
        "SO": Text("studi sospesi", "studies suspended"),
    },
    "ImpegnoType": {
        "FT": Text("tempo pieno", "full time"),
        "PT": Text("tempo parziale", "part time"),
    },
    "TipoEsitoEsameType": {
        "SUPERATO": Text("superato", "passed"),
        "CONVALIDATO": Text("convalidato", "recognised"),
        "FREQUENTATO": Text("solo frequentato", "attended only"),
        "SOSPESO": Text("registrazione sospesa", "registration suspended"),
    },
    "TipoRiconoscimentoType": {
        "ESAME": Text("esame", "examination"),
        "ATTIVITA": Text("attività", "activity"),
        "CERTIFICAZIONE": Text("certificazione", "certificate"),
        "ERASMUS": Text("Erasmus", "Erasmus exchange"),
        "ALTRO": Text("altro", "other"),
    },
    "CausaleSospensioneType": {
        "TASSE": Text("tasse non pagate", "fees unpaid"),
        "PROPEDEUTICITA": Text("propedeuticità non rispettata", "order of examinations"),
        "PIANO": Text("non coerente con il piano di studi", "not in the study plan"),
        "VERBALE": Text("verbale da completare", "record incomplete"),
        "DISCIPLINARE": Text("provvedimento disciplinare", "disciplinary measure"),
        "ALTRO": Text("altro", "other"),
    },
    "TipoDocumentoType": {
        "CI": Text("carta d'identità", "identity card"),
        "PASSAPORTO": Text("passaporto", "passport"),
        "PATENTE": Text("patente", "driving licence"),
        "PERMESSO": Text("permesso di soggiorno", "residence permit"),
        "ALTRO": Text("altro", "other"),
    },
    "TipoTitoloType": {str(code): text for code, text in degree_types.NAMES.items()},
    "ProvinciaType": {
        "EE": Text("estero", "abroad"),
        **{code: Text(name, name) for code, name in _NAMES.items()},
    },
}
CODES: Mapping[str, Mapping[str, Text]] = MappingProxyType(_CODES)


def meaning(type_name: str, code: str, language: Language) -> str:
    """Return what a code means, empty if its list has no words."""
    known = CODES.get(type_name, {}).get(code)
    return known.say(language) if known else ""
