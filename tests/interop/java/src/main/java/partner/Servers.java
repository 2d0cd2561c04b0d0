// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.handler.soap.SOAPHandler;
import jakarta.xml.ws.handler.soap.SOAPMessageContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.namespace.QName;

/** Hosts the four services, each at an address of its own. */
final class Servers {
    static void publish(JsonNode job) throws Exception {
        var practices = new Practices();
        var port = job.get("port").asInt();
        serve(job, port, "destinazione", new DestinationService(practices));
        var document = job.get("document").binaryValue();
        serve(job, port, "provenienza", new OriginService(practices, document));
        serve(job, port, "titoli", new TitlesService(job.get("titles")));
        serve(job, port, "diplomi", new DiplomasService(job.get("diplomas")));
    }

    private static void serve(JsonNode job, int port, String path, Object service)
            throws Exception {
        Stack.publish(job, service, new Credentials(job), "http://127.0.0.1:" + port + "/" + path);
    }

    /** HTTP Basic. */
    private record Credentials(String wanted) implements SOAPHandler<SOAPMessageContext> {
        Credentials(JsonNode job) {
            this("Basic " + Base64.getEncoder().encodeToString(
                (job.get("user").asText() + ":" + job.get("password").asText())
                    .getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public boolean handleMessage(SOAPMessageContext context) {
            if ((Boolean) context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY)) {
                return true;
            }
            @SuppressWarnings("unchecked")
            var headers =
                (Map<String, List<String>>) context.get(MessageContext.HTTP_REQUEST_HEADERS);
            var given = headers.entrySet().stream()
                .filter(header -> "Authorization".equalsIgnoreCase(header.getKey()))
                .map(header -> header.getValue().get(0)).findFirst().orElse("");
            if (!given.equals(wanted)) {
                context.put(MessageContext.HTTP_RESPONSE_CODE, 401);
                throw new IllegalArgumentException("credenziali");
            }
            return true;
        }

        @Override
        public boolean handleFault(SOAPMessageContext context) {
            return true;
        }

        @Override
        public void close(MessageContext context) { }

        @Override
        public Set<QName> getHeaders() {
            return Set.of();
        }
    }
}
