// SPDX-License-Identifier: EUPL-1.2
package partner;

import static partner.Practices.outcome;

import it.gov.ict4university.CdlType;
import it.gov.ict4university.ChangeStatusProcessoTrasferimentoResult;
import it.gov.ict4university.CodiceCorsoStudiType;
import it.gov.ict4university.CorsoDiStudioType;
import it.gov.ict4university.ElencoFacoltaType;
import it.gov.ict4university.FacoltaTipoType;
import it.gov.ict4university.GetInfoWorkflowTrasferimentoResult;
import it.gov.ict4university.GetOffertaResult;
import it.gov.ict4university.GetStatusProcessoTrasferimentoResult;
import it.gov.ict4university.InfoWorkflowType;
import it.gov.ict4university.ModalitaTokenType;
import it.gov.ict4university.ModalitaTrasmissioneType;
import it.gov.ict4university.PutDatiTrasferimentoResult;
import it.gov.ict4university.PutProcessoTrasferimentoResult;
import it.gov.ict4university.SiNoType;
import it.polimi.ceda.polij.FoglioCongedoDestinazionePortType;
import it.polimi.ceda.polij.FoglioCongedoRitrasmessoType;
import it.polimi.ceda.polij.FoglioCongedoType;
import it.polimi.ceda.polij.StatoChangeType;
import jakarta.jws.WebService;

/** The destination's services: T1, T2, T3, T5, T6, T7. */
@WebService(
    endpointInterface = "it.polimi.ceda.polij.FoglioCongedoDestinazionePortType",
    targetNamespace = "http://www.ceda.polimi.it/polij/",
    serviceName = "FoglioCongedoDestinazione",
    portName = "FoglioCongedoDestinazionePort")
public class DestinationService implements FoglioCongedoDestinazionePortType {
    private final Practices practices;

    DestinationService(Practices practices) {
        this.practices = practices;
    }

    @Override
    public GetOffertaResult getOfferta(String caller, String year, String kind) {
        var result = new GetOffertaResult();
        if (year.equals("1999")) {
            result.setEsito(outcome(7, "OFFERTA NON PUBBLICATA"));
            return result;
        }
        var code = new CodiceCorsoStudiType.Codice();
        code.setValue("0920207302400001");
        code.setClassificazione("CODICIONE");
        code.setDescrizione("Città & <affini> " + year);
        var course = new CorsoDiStudioType();
        course.setCodiceCorsoStudi(new CodiceCorsoStudiType());
        course.getCodiceCorsoStudi().setCodice(code);
        course.setClasse("L-8");
        course.setTipoDiCorso(kind);
        course.setScadenzaDomandaTrasferimento("30092026");
        course.setNumeroChiuso(SiNoType.SI);
        var faculty = new FacoltaTipoType();
        faculty.setCodTipoFacolta("06");
        faculty.setDescTipoFacolta("Ingegneria");
        faculty.setCdl(new CdlType());
        faculty.getCdl().getCorsoDiStudio().add(course);
        result.setEsito(outcome(0, "OK"));
        result.setElencoFacolta(new ElencoFacoltaType());
        result.getElencoFacolta().getFacoltaTipo().add(faculty);
        return result;
    }

    @Override
    public GetInfoWorkflowTrasferimentoResult getInfoWorkflowTrasferimento(String caller) {
        var terms = new InfoWorkflowType();
        terms.setModalitaTrasmissione(ModalitaTrasmissioneType.PARZIALE);
        terms.setModalitaToken(ModalitaTokenType.D);
        terms.setAltreInfo("orario: 9–12");
        terms.setGiorniCompletamento(45);
        var result = new GetInfoWorkflowTrasferimentoResult();
        result.setEsito(outcome(0, "OK"));
        result.setInfoWorkflow(terms);
        return result;
    }

    @Override
    public PutProcessoTrasferimentoResult putProcessoTrasferimento(
            String caller, String practice, FoglioCongedoType foglio) {
        var student = foglio.getDatiIdentificativiStudente();
        practices.note(practice, "RICEVUTA", student.getCognome() + " " + student.getDataNascita());
        var result = new PutProcessoTrasferimentoResult();
        result.setEsito(outcome(0, "OK"));
        if (practice.endsWith("SUBITO")) {
            result.setToken("58968742");
        }
        return result;
    }

    @Override
    public PutDatiTrasferimentoResult putDatiTrasferimento(
            String caller, String practice, FoglioCongedoRitrasmessoType foglio,
            String reason, String notes) {
        var exams = foglio.getCarrieraUniversitaria().getTratta().stream()
            .mapToInt(part -> part.getEsamiSuperatiOFrequentati().getEsame().size()).sum();
        practices.note(practice, "RICEVUTA", reason + ": " + notes + ": " + exams);
        var result = new PutDatiTrasferimentoResult();
        result.setEsito(outcome(0, "OK"));
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
