// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Endpoint;
import jakarta.xml.ws.handler.Handler;
import java.util.List;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.jaxws.EndpointImpl;
import org.apache.cxf.transport.http.HTTPConduit;
import org.apache.cxf.transports.http.configuration.HTTPClientPolicy;

/** What only Apache CXF has. */
final class Stack {
    static void publish(JsonNode job, Object service, Handler<?> credentials, String address)
            throws Exception {
        var name = address.substring(address.lastIndexOf('/') + 1);
        if (job.path("security").has(name)) { // in the place of HTTP Basic
            var secured = (EndpointImpl) Endpoint.create(service);
            new Security(job.get("security").get(name)).secure(secured);
            secured.publish(address);
            return;
        }
        // [snippet cxf-server]
        var endpoint = (EndpointImpl) Endpoint.create(service);
        endpoint.setHandlers(List.of(credentials)); // getBinding() would publish it at once
        endpoint.publish(address);
        // [end]
    }

    static void tune(Object port, JsonNode job) throws Exception {
        // The answers are held against the published schema by CXF itself.
        ((BindingProvider) port).getRequestContext().put("schema-validation-enabled", "in");
        var policy = new HTTPClientPolicy();
        policy.setAllowChunking(job.path("chunked").asBoolean());
        policy.setChunkingThreshold(0);
        ((HTTPConduit) ClientProxy.getClient(port).getConduit()).setClient(policy);
        if (job.has("security")) {
            new Security(job.get("security")).tune(port);
        }
    }
}
