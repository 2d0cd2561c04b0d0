// SPDX-License-Identifier: EUPL-1.2
package partner;

import it.gov.ict4university.EsitoType;
import it.gov.ict4university.GetStatusProcessoTrasferimentoResult;
import it.gov.ict4university.PassiType;
import it.gov.ict4university.PassoType;
import jakarta.xml.soap.SOAPFactory;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.namespace.QName;

/** What this side remembers of each practice: a step for each message, with what it said. */
final class Practices {
    private final Map<String, List<PassoType>> steps = new ConcurrentHashMap<>();

    void note(String practice, String state, String words) {
        var step = new PassoType();
        step.setStato(state);
        step.setDataTransazione("22/09/2026 10:11:12");
        step.setNote(words);
        steps.computeIfAbsent(practice, ignored -> new ArrayList<>()).add(step);
    }

    GetStatusProcessoTrasferimentoResult status(String practice) {
        var result = new GetStatusProcessoTrasferimentoResult();
        if (practice.equals("GUASTO")) {
            throw new IllegalStateException("registro fuori servizio");
        }
        if (practice.equals("SBAGLIATA")) {
            throw notACall();
        }
        if (!steps.containsKey(practice)) {
            result.setEsito(outcome(1, "PRATICA NON TROVATA: città, né così"));
            return result;
        }
        result.setEsito(outcome(0, "OK"));
        result.setPassi(new PassiType());
        result.getPassi().getPasso().addAll(steps.get(practice));
        return result;
    }

    static EsitoType outcome(int code, String words) {
        var outcome = new EsitoType();
        outcome.setCodEsito(code);
        outcome.setDescEsito(words);
        return outcome;
    }

    private static RuntimeException notACall() {
        try {
            var code = new QName("http://schemas.xmlsoap.org/soap/envelope/", "Client");
            return new SOAPFaultException(
                SOAPFactory.newInstance().createFault("chiamata sbagliata", code));
        } catch (jakarta.xml.soap.SOAPException error) {
            throw new IllegalStateException(error);
        }
    }
}
