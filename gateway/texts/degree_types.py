"""What the kinds of university title are called.

Source: guideline, appendix F.3, record layout of RicercaTitoloStudente, "Tipo Titolo": 25 codes.
The English names are ours.
"""

from types import MappingProxyType

from gateway.domain.titles import DegreeType
from gateway.texts import Text

_NAMES = {
    DegreeType.DS: Text("Diploma di scuola superiore", "Upper secondary school diploma"),
    DegreeType.SF: Text("Scuola diretta ai fini speciali", "Special purpose school"),
    DegreeType.DU: Text("Diploma universitario", "University diploma"),
    DegreeType.DF: Text("Diploma in educazione fisica", "Diploma in physical education"),
    DegreeType.LV: Text("Laurea vecchio ordinamento", "Degree of the old system"),
    DegreeType.LT: Text("Laurea triennale", "Three-year degree"),
    DegreeType.M1: Text("Master di primo livello", "First-level master"),
    DegreeType.TU: Text("Laurea a ciclo unico", "Single-cycle degree"),
    DegreeType.M2: Text("Master di secondo livello", "Second-level master"),
    DegreeType.LS: Text("Laurea specialistica", "Specialist degree"),
    DegreeType.LM: Text("Laurea magistrale", "Master's degree"),
    DegreeType.AP: Text("Abilitazione professionale", "Professional qualification"),
    DegreeType.SI: Text(
        "Scuola di specializzazione per insegnanti", "Specialisation school for teachers"
    ),
    DegreeType.SM: Text("Scuola di specializzazione medica", "Medical specialisation school"),
    DegreeType.SL: Text(
        "Scuola di specializzazione professioni legali",
        "Specialisation school for the legal professions",
    ),
    DegreeType.SA: Text("Altre scuole di specializzazione", "Other specialisation schools"),
    DegreeType.DR: Text("Dottorato di ricerca", "Research doctorate"),
    DegreeType.EE: Text("Laurea estera", "Foreign degree"),
    DegreeType.DL: Text("Diploma mediatore linguistico", "Diploma of language mediator"),
    DegreeType.DA: Text("Diploma accademico quadriennale", "Four-year academic diploma"),
    DegreeType.CP: Text("Corso di perfezionamento", "Advanced course"),
    DegreeType.A1: Text("Diploma accademico di primo livello", "First-level academic diploma"),
    DegreeType.A2: Text("Diploma accademico di secondo livello", "Second-level academic diploma"),
    DegreeType.MA: Text("Altri master", "Other masters"),
    DegreeType.TS: Text(
        "Titolo generico d'area medica/ospedaliera", "Generic title of the medical or hospital area"
    ),
}
NAMES = MappingProxyType(_NAMES)
