"""What a foreign registry knows of invented students: titles and diplomas, as it sends them."""

from gateway.demo.people import FIORELLA, numbered

KNOWN = FIORELLA.codice_fiscale
UNKNOWN = numbered(7).codice_fiscale

TITLES = {
    KNOWN: [
        {
            "codiceFiscale": KNOWN,
            "codiceAteneo": "091",
            "nazioneConseguimento": "100",
            "tipoClasseTitolo": "10008",
            "tipoTitoloUniversitario": "LT",
            "dataConseguimento": "14072024",
            "annoAccademico": "2023",
            "voto": "110L",
        },
        {
            "codiceFiscale": KNOWN,
            "codiceAteneo": "092",
            "nazioneConseguimento": "999",
            "tipoTitoloUniversitario": "LM",
            "dataConseguimento": "15072026",
            "annoAccademico": "2025",
        },
    ]
}
DIPLOMAS = {
    KNOWN: [
        {
            "codiceFiscale": KNOWN,
            "codiceScuola": "1234567",
            "nazioneConseguimento": "100",
            "votoDiploma": "94",
            "tipoTitoloDiploma": "1002",
            "annoSolareConseguimento": "2022",
        }
    ]
}
