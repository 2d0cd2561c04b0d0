// SPDX-License-Identifier: EUPL-1.2
package partner;

import static partner.Practices.outcome;

import it.gov.ict4university.ChangeStatusProcessoTrasferimentoResult;
import it.gov.ict4university.GetAllegatoResult;
import it.gov.ict4university.GetStatusProcessoTrasferimentoResult;
import it.gov.ict4university.RequireRefreshDatiTrasferimentoResult;
import it.gov.ict4university.RetTokenResult;
import it.polimi.ceda.polij.FoglioCongedoProvenienzaPortType;
import it.polimi.ceda.polij.StatoChangeType;
import jakarta.jws.WebService;

/** The origin's services: T4, T6, T7, T8, T9. */
@WebService(
    endpointInterface = "it.polimi.ceda.polij.FoglioCongedoProvenienzaPortType",
    targetNamespace = "http://www.ceda.polimi.it/polij/",
    serviceName = "FoglioCongedoProvenienza",
    portName = "FoglioCongedoProvenienzaPort")
public class OriginService implements FoglioCongedoProvenienzaPortType {
    private final Practices practices;
    private final byte[] document;

    OriginService(Practices practices, byte[] document) {
        this.practices = practices;
        this.document = document;
    }

    @Override
    public RequireRefreshDatiTrasferimentoResult requireRefreshDatiTrasferimento(
            String caller, String practice, String reason, String notes) {
        practices.note(practice, "RICHIESTA REVISIONE", reason + ": " + notes);
        var result = new RequireRefreshDatiTrasferimentoResult();
        result.setEsito(outcome(0, "OK"));
        return result;
    }

    @Override
    public RetTokenResult retToken(String caller, String practice, String token) {
        practices.note(practice, "TOKEN", token);
        var result = new RetTokenResult();
        result.setEsito(outcome(0, "OK"));
        return result;
    }

    @Override
    public GetAllegatoResult getAllegato(String caller, String practice, String id) {
        var result = new GetAllegatoResult();
        if (!id.equals("DOC1")) {
            result.setEsito(outcome(60, "ALLEGATO NON TROVATO"));
            return result;
        }
        result.setEsito(outcome(0, "OK"));
        result.setIdPratica(practice);
        result.setIdAllegato(id);
        result.setAllegato(document);
        return result;
    }

    @Override
    public ChangeStatusProcessoTrasferimentoResult changeStatusProcessoTrasferimento(
            String caller, String practice, StatoChangeType change, String notes, String course) {
        practices.note(practice, change.value(), notes + (course == null ? "" : " " + course));
        var result = new ChangeStatusProcessoTrasferimentoResult();
        result.setEsito(outcome(0, "OK"));
        return result;
    }

    @Override
    public GetStatusProcessoTrasferimentoResult getStatusProcessoTrasferimento(
            String caller, String practice) {
        return practices.status(practice);
    }
}
