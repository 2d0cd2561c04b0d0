// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.DatiTitoloStudenteObject;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.RicercaDatiTitoliStudenteResponseElement;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.RicercaTitoloStudente;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.types.RichiestaRicercaDatiTitoloStudenteType;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.types.RispostaRicercaDatiTitoloStudenteResponseType;
import jakarta.jws.WebService;

/** The registry's lookup: one nil result where nothing is known of the student. */
@WebService(
    endpointInterface = "it.gov.spcoop.miur.servizi.ricercatitolostudente.RicercaTitoloStudente",
    targetNamespace = "http://miur.spcoop.gov.it/servizi/RicercaTitoloStudente",
    serviceName = "RicercaTitoloStudenteService",
    portName = "RicercaTitoloStudenteWS")
public class TitlesService implements RicercaTitoloStudente {
    private final JsonNode known;

    TitlesService(JsonNode known) {
        this.known = known;
    }

    @Override
    public RispostaRicercaDatiTitoloStudenteResponseType ricercaDatiTitoliUniversitari(
            RichiestaRicercaDatiTitoloStudenteType request) {
        var asked = request.getRicercaDatiTitoliStudenteElement();
        var inner = new RicercaDatiTitoliStudenteResponseElement();
        for (var row : known.path(asked.getCodiceFiscale())) {
            inner.getResult().add(Main.JSON.convertValue(row, DatiTitoloStudenteObject.class));
        }
        if (inner.getResult().isEmpty()) {
            inner.getResult().add(null);
        }
        var answer = new RispostaRicercaDatiTitoloStudenteResponseType();
        answer.setRicercaDatiTitoliStudenteResponseElement(inner);
        return answer;
    }
}
