// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.RicercaDatiDiplomiStudenteElement;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.RicercaDiplomaStudente;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.RicercaDiplomaStudenteService;
import it.gov.spcoop.miur.servizi.ricercadiplomastudente.types.RichiestaRicercaDatiDiplomaStudenteType;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.RicercaDatiTitoliStudenteElement;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.RicercaTitoloStudente;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.RicercaTitoloStudenteService;
import it.gov.spcoop.miur.servizi.ricercatitolostudente.types.RichiestaRicercaDatiTitoloStudenteType;
import it.polimi.ceda.polij.FoglioCongedoDestinazione;
import it.polimi.ceda.polij.FoglioCongedoDestinazionePortType;
import it.polimi.ceda.polij.FoglioCongedoProvenienza;
import it.polimi.ceda.polij.FoglioCongedoProvenienzaPortType;
import it.polimi.ceda.polij.FoglioCongedoRitrasmessoType;
import it.polimi.ceda.polij.FoglioCongedoType;
import it.polimi.ceda.polij.StatoChangeType;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBElement;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.WebServiceException;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.StringReader;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.transform.stream.StreamSource;

/** Calls the services of an installation through the classes made from its contracts. */
final class Client {
    private final JsonNode job;
    private final Object port;

    Client(JsonNode job) throws Exception {
        this.job = job;
        var wsdl = new URL(job.get("wsdl").asText());
        // [snippet java]
        port = switch (job.get("service").asText()) {
            case "destinazione" ->
                new FoglioCongedoDestinazione(wsdl).getFoglioCongedoDestinazionePort();
            case "provenienza" ->
                new FoglioCongedoProvenienza(wsdl).getFoglioCongedoProvenienzaPort();
            case "titoli" -> new RicercaTitoloStudenteService(wsdl).getRicercaTitoloStudenteWS();
            default -> new RicercaDiplomaStudenteService(wsdl).getRicercaDiplomaStudenteWS();
        };
        var context = ((BindingProvider) port).getRequestContext();
        context.put(BindingProvider.USERNAME_PROPERTY, job.get("user").asText());
        context.put(BindingProvider.PASSWORD_PROPERTY, job.get("password").asText());
        // [end]
        Stack.tune(port, job);
    }

    List<Object> run() {
        var answers = new ArrayList<>();
        for (var call : job.get("calls")) {
            answers.add(answer(call));
        }
        return answers;
    }

    private Map<String, Object> answer(JsonNode call) {
        var said = new LinkedHashMap<String, Object>();
        try {
            said.put("result", invoke(call, call.get("with")));
        } catch (SOAPFaultException error) { // the peer says that this is no valid call
            said.put("fault", Map.of(
                "code", error.getFault().getFaultCodeAsQName().getLocalPart(),
                "text", error.getFault().getFaultString()));
        } catch (WebServiceException error) { // no SOAP came back
            said.put("error", String.valueOf(error.getMessage()));
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
        var context = ((BindingProvider) port).getResponseContext();
        if (context != null && context.get(MessageContext.HTTP_RESPONSE_CODE) != null) {
            said.put("status", context.get(MessageContext.HTTP_RESPONSE_CODE));
        }
        return said;
    }

    private Object invoke(JsonNode call, JsonNode with) throws Exception {
        var caller = text(with, "MiurAteneoChiamante");
        var practice = text(with, "IdPratica");
        return switch (call.get("operation").asText()) {
            case "Get_Offerta" ->
                destination().getOfferta(caller, text(with, "Anno"), text(with, "Tipo_Tit_Univ"));
            case "Get_InfoWorkflowTrasferimento" ->
                destination().getInfoWorkflowTrasferimento(caller);
            case "Put_ProcessoTrasferimento" ->
                destination().putProcessoTrasferimento(
                    caller, practice, foglio(call, FoglioCongedoType.class));
            case "Put_DatiTrasferimento" ->
                destination().putDatiTrasferimento(
                    caller, practice, foglio(call, FoglioCongedoRitrasmessoType.class),
                    text(with, "Causale"), text(with, "Note"));
            case "Require_RefreshDatiTrasferimento" ->
                origin().requireRefreshDatiTrasferimento(
                    caller, practice, text(with, "Causale"), text(with, "Note"));
            case "Ret_Token" -> origin().retToken(caller, practice, text(with, "Token"));
            case "Get_Allegato" ->
                origin().getAllegato(caller, practice, text(with, "IdDocumento"));
            case "Change_StatusProcessoTrasferimento" -> change(caller, practice, with);
            case "Get_StatusProcessoTrasferimento" ->
                port instanceof FoglioCongedoDestinazionePortType there
                    ? there.getStatusProcessoTrasferimento(caller, practice)
                    : origin().getStatusProcessoTrasferimento(caller, practice);
            case "ricercaDatiTitoliUniversitari" -> titles(with);
            case "ricercaDatiTitoliDiploma" -> diplomas(with);
            default -> throw new IllegalArgumentException(call.toString());
        };
    }

    private Object change(String caller, String practice, JsonNode with) {
        var change = StatoChangeType.fromValue(text(with, "StatoChange"));
        var notes = text(with, "Note");
        var course = text(with, "CorsoStudioCodD");
        return port instanceof FoglioCongedoDestinazionePortType there
            ? there.changeStatusProcessoTrasferimento(caller, practice, change, notes, course)
            : origin().changeStatusProcessoTrasferimento(caller, practice, change, notes, course);
    }

    private Object titles(JsonNode with) {
        var inner = new RicercaDatiTitoliStudenteElement();
        inner.setCodiceFiscale(text(with, "codiceFiscale"));
        var request = new RichiestaRicercaDatiTitoloStudenteType();
        request.setRicercaDatiTitoliStudenteElement(inner);
        return ((RicercaTitoloStudente) port).ricercaDatiTitoliUniversitari(request)
            .getRicercaDatiTitoliStudenteResponseElement();
    }

    private Object diplomas(JsonNode with) {
        var inner = new RicercaDatiDiplomiStudenteElement();
        inner.setCodiceFiscale(text(with, "codiceFiscale"));
        inner.setAnnoScolastico(text(with, "annoScolastico"));
        inner.setUserID(text(with, "userID"));
        inner.setPassword(text(with, "password"));
        var request = new RichiestaRicercaDatiDiplomaStudenteType();
        request.setRicercaDatiDiplomiStudenteElement(inner);
        return ((RicercaDiplomaStudente) port).ricercaDatiTitoliDiploma(request)
            .getRicercaDatiDiplomiStudenteResponseElement();
    }

    private FoglioCongedoDestinazionePortType destination() {
        return (FoglioCongedoDestinazionePortType) port;
    }

    private FoglioCongedoProvenienzaPortType origin() {
        return (FoglioCongedoProvenienzaPortType) port;
    }

    private static String text(JsonNode with, String name) {
        return with.hasNonNull(name) ? with.get(name).asText() : null;
    }

    /** A foglio as typed objects: from here on the stack writes it, not we. */
    private static <T> T foglio(JsonNode call, Class<T> type) throws Exception {
        var source = new StreamSource(new StringReader(call.get("foglio").asText()));
        JAXBElement<T> read =
            JAXBContext.newInstance(type).createUnmarshaller().unmarshal(source, type);
        return read.getValue();
    }
}
