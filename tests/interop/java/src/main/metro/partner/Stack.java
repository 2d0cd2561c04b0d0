// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.xml.ws.developer.JAXWSProperties;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Endpoint;
import jakarta.xml.ws.handler.Handler;
import java.util.List;

/** What only JAX-WS RI has. */
final class Stack {
    static void publish(
            JsonNode job, Object service, Handler<?> credentials, String address) {
        // Else a fault carries the stack trace of the server.
        System.setProperty(
            "com.sun.xml.ws.fault.SOAPFaultBuilder.disableCaptureStackTrace", "true");
        var endpoint = Endpoint.create(service);
        endpoint.getBinding().setHandlerChain(List.of(credentials));
        endpoint.publish(address);
    }

    static void tune(Object port, JsonNode job) {
        if (job.path("chunked").asBoolean()) {
            ((BindingProvider) port).getRequestContext()
                .put(JAXWSProperties.HTTP_CLIENT_STREAMING_CHUNK_SIZE, 4096);
        }
    }
}
