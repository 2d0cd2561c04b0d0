// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.DatiDiplomaStudenteObject;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.RicercaDatiDiplomiStudenteResponseElement;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.RicercaDiplomaStudente;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.types.RichiestaRicercaDatiDiplomaStudenteType;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.types.RispostaRicercaDatiDiplomaStudenteResponseType;
import jakarta.jws.WebService;

/** The registry's lookup: one nil result where nothing is known of the student. */
@WebService(
    endpointInterface = "it.gov.spcoop.miur.servizi.ricercadiplomastudente.RicercaDiplomaStudente",
    targetNamespace = "http://miur.spcoop.gov.it/servizi/RicercaDiplomaStudente",
    serviceName = "RicercaDiplomaStudenteService",
    portName = "RicercaDiplomaStudenteWS")
public class DiplomasService implements RicercaDiplomaStudente {
    private final JsonNode known;

    DiplomasService(JsonNode known) {
        this.known = known;
    }

    @Override
    public RispostaRicercaDatiDiplomaStudenteResponseType ricercaDatiTitoliDiploma(
            RichiestaRicercaDatiDiplomaStudenteType request) {
        var asked = request.getRicercaDatiDiplomiStudenteElement();
        var inner = new RicercaDatiDiplomiStudenteResponseElement();
        for (var row : known.path(asked.getCodiceFiscale())) {
            inner.getResult().add(Main.JSON.convertValue(row, DatiDiplomaStudenteObject.class));
        }
        if (inner.getResult().isEmpty()) {
            inner.getResult().add(null);
        }
        var answer = new RispostaRicercaDatiDiplomaStudenteResponseType();
        answer.setRicercaDatiDiplomiStudenteResponseElement(inner);
        return answer;
    }
}
