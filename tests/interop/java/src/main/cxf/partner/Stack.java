// SPDX-License-Identifier: EUPL-1.2
package partner;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.xml.ws.BindingProvider;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.transport.http.HTTPConduit;
import org.apache.cxf.transports.http.configuration.HTTPClientPolicy;

/** What only Apache CXF has. */
final class Stack {
    static void prepare() { }

    static void tune(Object port, JsonNode job) {
        // The answers are held against the published schema by CXF itself.
        ((BindingProvider) port).getRequestContext().put("schema-validation-enabled", "in");
        var policy = new HTTPClientPolicy();
        policy.setAllowChunking(job.path("chunked").asBoolean());
        policy.setChunkingThreshold(0);
        ((HTTPConduit) ClientProxy.getClient(port).getConduit()).setClient(policy);
    }
}
